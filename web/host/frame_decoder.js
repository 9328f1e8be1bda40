// Reads the frames of the engine: commands as numbers, and one string that texts are cut from.
//
// Knows: the layout of a frame (wasm/wire/command_buffer.h). Must not know: what is done with a command.

import { Op } from './abi.js';

// The engine counts every UTF-16 unit of the frame's string, a leading byte order mark too.
export const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @typedef {import('./watch.js').View} View */

/**
 * Who takes the commands of a frame; those that are missing are passed over.
 * @typedef {Partial<Omit<View, 'painted' | 'stopped'>> & {
 *   query?: (etag: string, hold: number) => void, cancel?: (late: number) => void,
 *   wake?: (time: number) => void, complete?: () => void }} FrameHost
 */

/**
 * A frame out of the engine's memory, which any call may move or write to.
 * @param {ArrayBufferLike} buffer
 * @param {number} at
 */
export function readFrame(buffer, at) {
  const [place, size, count] = new Uint32Array(buffer, at, 3);
  const words = new DataView(buffer.slice(at, at + 4 * count));
  return { words, string: size ? decoder.decode(new Uint8Array(buffer, place, size)) : '' };
}

/**
 * Carries out the commands of a frame, in order and all of them: what one of them throws is thrown when the last is done.
 * @param {DataView} words
 * @param {string} string that texts are cut from
 * @param {FrameHost} host
 */
export function applyFrame(words, string, host) {
  let offset = 12;
  const word = () => words.getUint32((offset += 4) - 4, true);
  const double = () => words.getFloat64((offset += 8) - 8, true);
  const text = () => {
    const start = word();
    return string.slice(start, start + word());
  };
  /** @type {unknown[]} */
  const errors = [];
  /** @template {unknown[]} Values @param {((...values: Values) => void) | undefined} command @param {Values} values */
  const run = (command, ...values) => {
    try {
      command?.(...values);
    } catch (error) {
      errors.push(error);
    }
  };
  for (;;) {
    const op = word();
    switch (op) {
      case Op.end:
        run(host.complete);
        if (errors.length) throw errors[0];
        return;
      case Op.mount: run(host.mount, word()); break;
      case Op.unmount: run(host.unmount, word()); break;
      case Op.text: run(host.text, word(), word(), text()); break;
      case Op.time: run(host.time, word(), word(), double()); break;
      case Op.number: run(host.number, word(), word(), word() | 0); break;
      case Op.height: run(host.height, word()); break;
      case Op.focus: run(host.focus, word()); break;
      case Op.scroll: run(host.scroll, double()); break;
      case Op.announce: run(host.announce, text()); break;
      case Op.query: run(host.query, text(), word()); break;
      case Op.cancel: run(host.cancel, word()); break;
      case Op.wake: run(host.wake, double()); break;
      case Op.event: run(host.event, word()); break;
      default: throw new Error(`job-tree.wasm and abi.js disagree: no command ${op}`);
    }
  }
}
