// Seats for long polls, shared by all windows and frames of an origin.
//
// A browser opens six connections to a host over HTTP/1.1, for all its windows together. So at most four
// queries are held at a time; whoever gets no seat polls without a hold, and a click finds a connection free.
//
// Knows: Web Locks. Must not know: what is polled. Where there are no Web Locks (plain HTTP, but for
// localhost), each page keeps to the engine's own limit.

const SEATS = ['1', '2', '3', '4'];

/**
 * Takes a seat if one is free.
 * @param {string} host whose connections are shared: the backend's origin
 * @returns {Promise<(() => void) | undefined>} gives the seat back; undefined: all are taken
 */
export async function takeSeat(host) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return () => {};
  for (const seat of SEATS) {
    try {
      const release = await tryLock(locks, `job-tree long poll ${seat} ${host}`);
      if (release) return release;
    } catch {
      return () => {}; // a frame without an origin of its own may lock nothing
    }
  }
  return undefined;
}

/**
 * @param {LockManager} locks
 * @param {string} name
 * @returns {Promise<(() => void) | undefined>}
 */
function tryLock(locks, name) {
  return new Promise((resolve, reject) => {
    locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise((release) => resolve(() => release(undefined)));
    }).catch(reject);
  });
}
