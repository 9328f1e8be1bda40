// The bytes and headers of a response, read within their limits.
//
// Knows: streams, Retry-After. Must not know: what the bytes say.

const LARGEST_BODY = 64 * 1024 * 1024; // as many as the engine takes

/** @param {Uint8Array[]} parts */
export function sizeOf(parts) {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/**
 * @param {Uint8Array} bytes where the parts go, one after another
 * @param {Uint8Array[]} parts
 */
export function fill(bytes, parts) {
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The bytes in pieces, or undefined when there are too many: then the rest is not fetched.
 * @param {Response} response
 */
export async function readBody(response) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  if (!response.body) return chunks;
  const reader = response.body.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.length;
    if (size > LARGEST_BODY) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
}

/**
 * Retry-After holds seconds or a date, which is meant by the clock of who sent it; NaN when it holds neither.
 * @param {string} value
 * @param {string} date when it was sent
 */
export function secondsUntil(value, date) {
  return value ? Number(value) || (Date.parse(value) - (Date.parse(date) || Date.now())) / 1000 : NaN;
}
