// Gives every <job-tree> of the page its token, and sends people to log in again when their session is over.

async function token() {
  const response = await fetch('/token', { method: 'POST' });
  if (response.status === 403) location.reload(); // to the login
  if (!response.ok) throw new Error(`/token answered ${response.status}`);
  return response.text();
}

for (const tree of document.querySelectorAll('job-tree')) tree.tokenProvider = token;
