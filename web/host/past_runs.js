// How long past runs took, from the backend: the engine says what follows from it.
//
// Knows: the backend's route for it. Must not know: what the numbers mean.

/**
 * The browser keeps the response as long as the backend allows: jobs of one kind share it.
 * @param {string} backend where it is, ending in a slash
 * @param {string} service
 * @param {{ type: string, total: number }} job
 * @param {string | undefined} token
 * @returns {Promise<{ count: number, p50: number, p90: number, p95: number }>} seconds
 * @throws when the backend cannot say
 */
export async function fetchPastRuns(backend, service, { type, total }, token) {
  const query = new URLSearchParams({ service, type, parts: String(total) });
  const response = await fetch(`${backend}api/stats?${query}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  return response.json();
}
