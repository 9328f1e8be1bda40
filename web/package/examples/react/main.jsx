import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { JobTree } from './JobTree.jsx';

const BACKEND = 'http://127.0.0.1:8080';
const JOBS = [
  { title: 'New addresses', service: 'eip', id: 'ff808082843684110184e155fdb36461' },
  { title: 'A server', service: 'ecs', id: 'ff8080827e7810fb017f06338a731328' },
];

function App() {
  const [job, setJob] = useState(JOBS[0]);
  const [news, setNews] = useState(null);
  return (
    <>
      <h1>Jobs</h1>
      <select aria-label="Job" value={job.id} onChange={({ target }) => setJob(JOBS[target.selectedIndex])}>
        {JOBS.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
      </select>
      <p role="status">{news?.job ? `${news.job.done} of ${news.job.total} done, ${news.state}` : 'Asking'}</p>
      <JobTree backend={BACKEND} region="cn-north-4" service={job.service} job={job.id} onChange={setNews} onSettled={setNews} />
    </>
  );
}

createRoot(document.querySelector('#app')).render(<StrictMode><App /></StrictMode>);
