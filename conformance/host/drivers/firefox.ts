/** Firefox, by the port it opens for tests: messages as `length:JSON`. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endGroup, startGroup } from '../group.js';
import { FIREFOX, writeFirefoxProfile } from '../runtimes.js';
import { classicDriver, type Send } from './classic.js';
import type { Driver } from './driver.js';

export async function driveFirefox(folder: string): Promise<Driver> {
  writeFirefoxProfile(folder, { 'marionette.port': 0 });
  const flags = ['--headless', '--no-remote', '--marionette', '--profile', folder];
  const child = startGroup([FIREFOX, ...flags], { folder });
  child.stdout?.resume();
  child.stderr?.resume();
  try {
    const send = await marionette(await portIn(join(folder, 'MarionetteActivePort')));
    const begin = { marionette: 'WebDriver:NewSession', method: 'POST', path: '' } as const;
    await send(begin, { capabilities: {} });
    return classicDriver(send, () => endGroup(child));
  } catch (error) {
    await endGroup(child);
    throw error;
  }
}

/** The port it took, once it has written it down. */
async function portIn(file: string): Promise<number> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (port) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Firefox opened no port');
}

/** Requests are `[0, id, command, parameters]`, answers `[1, id, error, result]`. */
async function marionette(port: number): Promise<Send> {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map<number, (error: { message: string } | null, result: unknown) => void>();
  let ids = 0;
  let received = Buffer.alloc(0);
  const greeted = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const colon = received.indexOf(':');
        const end = colon + 1 + Number(received.subarray(0, colon));
        if (colon < 0 || received.length < end) return;
        const message = JSON.parse(received.subarray(colon + 1, end).toString());
        received = received.subarray(end);
        if (Array.isArray(message)) waiting.get(message[1])?.(message[2], message[3]);
        else resolve();
      }
    });
    socket.on('close', () => {
      for (const answer of waiting.values()) answer({ message: 'Firefox went away' }, null);
    });
  });
  await greeted;
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      const id = ++ids;
      waiting.set(id, (error, result) => {
        waiting.delete(id);
        if (error) reject(new Error(`${command.marionette}: ${error.message}`));
        else resolve((result as { value?: unknown }).value);
      });
      const text = JSON.stringify([0, id, command.marionette, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}
