// A child of gateway.js: sends its port to the parent, and whatever the parent sends to all who are connected.

import net from 'node:net';

/** @type {Set<net.Socket>} */
const sockets = new Set();
const server = net.createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket)).resume();
});
server.listen(0, '127.0.0.1', () => process.send?.(/** @type {net.AddressInfo} */ (server.address()).port));
process.on('message', (answer) => {
  const bytes = Buffer.from(String(answer), 'latin1');
  sockets.forEach((socket) => socket.write(bytes));
});
process.on('disconnect', () => process.exit());
