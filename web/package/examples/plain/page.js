// Tells in the page's own words when the job has ended.

const news = document.querySelector('#news');

addEventListener('job-tree-settled', ({ detail: { job } }) => {
  news.textContent = job.status === 'succeeded'
    ? 'Your addresses are ready.'
    : `Something went wrong: ${job.error}`;
});
