/** WebKitGTK, by its driver. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { endGroup, startGroup } from '../group.js';
import { MINI_BROWSER, XVFB } from '../runtimes.js';
import { classicDriver, type Send } from './classic.js';
import type { Driver } from './driver.js';

const CAPABILITIES = {
  alwaysMatch: {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
  },
};

export async function driveWebKit(folder: string): Promise<Driver> {
  const port = await freePort();
  const command: [string, ...string[]] = [XVFB, '-a', 'WebKitWebDriver', `--port=${port}`];
  const child = startGroup([...command, '--host=127.0.0.1'], { folder });
  child.stdout?.resume();
  child.stderr?.resume();
  try {
    const base = `http://127.0.0.1:${port}`;
    await listening(`${base}/status`);
    const session = await ask(`${base}/session`, 'POST', { capabilities: CAPABILITIES });
    const { sessionId } = session as { sessionId: string };
    const send: Send = ({ method, path }, parameters) =>
      ask(`${base}/session/${sessionId}/${path}`, method, parameters);
    return classicDriver(send, async () => {
      await ask(`${base}/session/${sessionId}`, 'DELETE').catch(() => {});
      await endGroup(child);
    });
  } catch (error) {
    await endGroup(child);
    throw error;
  }
}

async function ask(url: string, method: string, parameters?: object): Promise<unknown> {
  const body = method === 'POST' ? { body: JSON.stringify(parameters) } : {};
  const response = await fetch(url, { method, ...body });
  const { value } = (await response.json()) as { value: { message?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.message}`);
  return value;
}

async function listening(url: string): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 100) {
    if ((await fetch(url).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('WebKitWebDriver does not listen');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
