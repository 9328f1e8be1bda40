// The program of a browser: started, waited for, and ended with all that it started.
//
// Knows: processes. Must not know: browsers.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

import { LONGEST } from './page.js';

/** @param {number | undefined} pid */
function end(pid) {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/**
 * Where a program is; says which package has it when it is nowhere.
 * @param {string} path
 * @param {string} debianPackage
 */
export function installed(path, debianPackage) {
  if (!existsSync(path)) throw new Error(`${path} is missing: install Debian's package ${debianPackage}`);
  return path;
}

/**
 * Starts a program in a process group of its own. What it writes to `fd` resolves `said`.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} environment
 */
export function start(program, args, environment = {}) {
  const child = spawn(program, args, {
    detached: true, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const onExit = () => end(child.pid);
  process.on('exit', onExit);
  let text = '';
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());
  let ended = false;
  for (const stream of /** @type {import('node:stream').Readable[]} */ (child.stdio.slice(1))) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ piece) => {
      text += piece;
      tell();
    });
  }
  const gone = new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    child.on('error', (error) => {
      text += String(error);
      resolve();
    });
    child.on('exit', resolve);
  }).then(() => {
    ended = true;
    tell();
  });
  return {
    /** Waits until it has written this. @param {RegExp} pattern @returns {Promise<RegExpMatchArray>} */
    said: (pattern) => new Promise((resolve, reject) => {
      const look = () => {
        const match = text.match(pattern);
        if (!match && !ended && Date.now() < deadline) return;
        clearInterval(timer);
        listeners.delete(look);
        if (match) resolve(match);
        else reject(new Error(`${program} ${ended ? 'ended' : 'was too slow'} before it said ${pattern}:\n${text}`));
      };
      const deadline = Date.now() + LONGEST;
      const timer = setInterval(look, 1000);
      listeners.add(look);
      look();
    }),
    stop: async () => {
      end(child.pid);
      await gone;
      process.off('exit', onExit);
    },
  };
}
