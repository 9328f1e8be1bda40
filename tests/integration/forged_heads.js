// What smugglers send: heads that two programs may read in two ways, or that no program should take; and
// heads that only look so, which any program may take.
//
// Knows: what our own server says to each. Must not know: how they get there.

const JSON_BODY = 'Content-Type: application/json\r\n';

/**
 * Name, the server's status, and bytes up to where a second request hides: the whole of `smuggled`, a
 * body to some readers and a request to others, is to come right behind them.
 * @param {string} host what the server is called
 * @param {string} smuggled
 * @returns {[string, number, string][]}
 */
export function forgedHeads(host, smuggled) {
  const hostLine = `Host: ${host}\r\n`;
  const target = (/** @type {string} */ text) => `GET ${text} HTTP/1.1\r\n${hostLine}\r\n`;
  const lines = (/** @type {string} */ text) => `GET /healthz HTTP/1.1\r\n${hostLine}${text}\r\n`;
  const order = (/** @type {string} */ text) => `POST /api/demo/batches HTTP/1.1\r\n${hostLine}${text}\r\n`;
  const size = smuggled.length;
  return [
    ['a line of 256 KB', 431, lines(`X: ${'a'.repeat(256 << 10)}\r\n`)],
    ['a request line of 256 KB', 414, target(`/${'a'.repeat(256 << 10)}`)],
    ['a target that kills a regular expression', 414, target(`/${'a-'.repeat(4000)}`)],
    ['4000 headers', 431, lines('A: b\r\n'.repeat(4000))],
    ['65 headers', 431, lines('A: b\r\n'.repeat(64))],
    ['a head of 20 KB', 431, lines(`A: ${'b'.repeat(500)}\r\n`.repeat(40))],
    ['a bare CR in a header', 400, lines('X-A: b\rX-Evil: 1\r\n')],
    ['a bare LF in a header', 400, lines('X-A: b\nX-Evil: 1\r\n')],
    ['a NUL in a header', 400, lines('X-A: b\0\r\n')],
    ['an encoded CRLF in the target', 400, target('/%0d%0aX-Evil:1')],
    ['an encoded NUL in the target', 400, target('/job-tree.js%00')],
    ['chunks after a GET', 400, lines('Transfer-Encoding: chunked\r\n')],
    ['a last chunk after a GET', 400, `${lines('Transfer-Encoding: chunked\r\n')}0\r\n\r\n`],
    ['chunks by another name after a GET', 400, lines('Transfer-Encoding: identity, chunked\r\n')],
    ['chunks behind a space', 400, lines('Transfer-Encoding : chunked\r\n')],
    ['chunks behind a bare LF', 400, `${lines(`Content-Length: ${5 + size}\r\nX: a\nTransfer-Encoding: chunked\r\n`)}0\r\n\r\n`],
    ['chunks after a POST', 411, order(`${JSON_BODY}Transfer-Encoding: chunked\r\n`)],
    ['two ideas of a length', 400, `${order(`${JSON_BODY}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n`)}0\r\n\r\n`],
    ['a length for more than the last chunk', 400, `${order(`${JSON_BODY}Content-Length: ${5 + size}\r\nTransfer-Encoding: chunked\r\n`)}0\r\n\r\n`],
    ['a length and chunks of no known kind', 400, `${order(`${JSON_BODY}Content-Length: ${5 + size}\r\nTransfer-Encoding: xchunked\r\n`)}0\r\n\r\n`],
    ['a length and chunks in a folded line', 400, `${order(`${JSON_BODY}Content-Length: ${5 + size}\r\nTransfer-Encoding:\r\n chunked\r\n`)}0\r\n\r\n`],
    ['two lengths', 400, `${order(`${JSON_BODY}Content-Length: 2\r\nContent-Length: ${2 + size}\r\n`)}{}`],
    ...['+2', '-2', '0x2', '2, 2', '2 2', '2;', '', '18446744073709551618'].map((length) => /** @type {[string, number, string]} */ ([
      `the length "${length}"`, 400, `${order(`${JSON_BODY}Content-Length: ${length}\r\n`)}{}`])),
    ['a body of a gigabyte', 413, order(`${JSON_BODY}Content-Length: 1073741824\r\n`)],
    ['lines that end in LF', 400, target('/healthz').replaceAll('\r\n', '\n')],
    ['HTTP/0.9', 400, 'GET /healthz\r\n\r\n'],
    ['HTTP/1.2', 400, target('/healthz').replace('HTTP/1.1', 'HTTP/1.2')],
    ['an expectation that nobody knows', 417, lines('Expect: 200-ok\r\n')],
    ['an expectation that nobody knows, of a body', 417, order(`${JSON_BODY}Expect: x\r\nContent-Length: ${size}\r\n`)],
    ['cookies of 33 KB', 431, lines(`Cookie: ${'c'.repeat(33 << 10)}\r\n`)],
    ['cookies of 33 KB in two lines', 431, lines(`Cookie: ${'c'.repeat(20 << 10)}\r\nCookie: ${'c'.repeat(13 << 10)}\r\n`)],
    ...['a b', 'a/b', 'user@host', 'a\\b', 'a"b', 'a<b>', 'a{b}', 'a,b c', '\xe4'].map((name) => /** @type {[string, number, string]} */ ([
      `the host "${name}"`, 400, `GET /healthz HTTP/1.1\r\nHost: ${name}\r\n\r\n`])),
    ['no host', 400, 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two hosts', 400, lines('Host: evil.com\r\n')],
    ['the same host twice', 400, lines(hostLine)],
    ['another host in the target', 400, target('http://evil.com/healthz')],
    ['a user in the target', 400, target(`http://user@${host}/healthz`)],
    ['another scheme in the target', 400, target(`ftp://${host}/healthz`)],
    ['no slash in the target', 400, target('healthz')],
    ['a star in the target', 400, target('*')],
    ['a fragment in the target', 400, target('/healthz#a')],
    ['a line that is no header', 400, lines('junk\r\n')],
    ['a folded line', 400, lines('A: b\r\n c\r\n')],
    ['a space before the colon', 400, lines(`Content-Length : ${size}\r\n`)],
    ['a name that is no token', 400, lines('A{b}: c\r\n')],
    ['a tunnel', 405, `CONNECT evil.com:443 HTTP/1.1\r\n${hostLine}\r\n`],
    ['a trace', 405, `TRACE / HTTP/1.1\r\n${hostLine}\r\n`],
    ['HTTP/2', 405, 'PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n'],
    ['TLS', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ];
}

/**
 * Name and bytes of requests for /healthz that look worse than they are: each means one thing to everybody.
 * @param {string} host what the server is called
 * @returns {[string, string][]}
 */
export function unusualHeads(host) {
  const lines = (/** @type {string} */ text) => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n${text}\r\n`;
  const target = (/** @type {string} */ text) => `GET ${text} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  return [
    // Nothing decodes a header's value.
    ['a header with an encoded CRLF', lines('X-A: b%0d%0aX-Evil: 1\r\n')],
    ['an origin with an encoded CRLF', lines('Origin: https://a%0d%0aX-Evil: 1\r\n')],
    ['a preference with an encoded CRLF', lines('Prefer: wait=1%0D%0AX-Evil: 1\r\n')],
    ['a token with an encoded CRLF', lines('Authorization: Bearer a%0d%0aX-Evil: 1\r\n')],
    ['a header with an encoded NUL', lines('X-A: b%00\r\n')],
    ['bytes beyond ASCII in a header', lines('X: \xe4\r\n')],
    ['a header without a value', lines('X:\r\n')],
    ['a name that a script may take for its own', lines('REMOTE_ADDR: 10.0.0.1\r\n')],
    ['the wish to upgrade', lines('Upgrade: h2c\r\nConnection: Upgrade\r\n')],
    // RFC 9110: who knows no ranges ignores them (14.2), and who expects to go on without a body goes on (10.1.1).
    ['a range', lines('Range: bytes=0-1\r\n')],
    ['500 ranges', lines(`Range: bytes=${'0-1,'.repeat(500)}0-1\r\n`)],
    ['a range of the future', lines('Range: lines=1-2\r\nIf-Range: "a"\r\n')],
    ['an expectation without a body', lines('Expect: 100-continue\r\n')],
    ['a body of nothing', lines('Content-Length: 0\r\n')],
    // RFC 9112, 3.2.2: a server takes the form that is meant for proxies.
    ['its own host in the target', target(`http://${host}/healthz`)],
    ['its own host in the target, in capitals', target(`HTTP://${host.toUpperCase()}/healthz`)],
    ['cookies of 31 KB', lines(`Cookie: ${'c'.repeat(31 << 10)}\r\n`)],
    ['cookies of 31 KB in three lines', lines(`Cookie: ${'c'.repeat(10 << 10)}\r\n`.repeat(3))],
    ['a cookie and a referer with control bytes encoded', lines('Cookie: a=%0A\r\nReferer: http://a/?b=%0A\r\n')],
  ];
}
