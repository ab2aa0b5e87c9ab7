/** The killed gateway as its client sees it: started, asked, killed without a warning. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Gateway {
  /** Rejects where no answer came. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape of its answer.
  body: any;
}

/** Which engine: the libSQL file as it is, or the control over it. */
export type Subject = 'libsql' | 'early';

const SERVER = fileURLToPath(new URL('../../dist/crash/server.js', import.meta.url));

export async function startGateway(file: string, subject: Subject): Promise<Gateway> {
  const child = spawn(process.execPath, [SERVER, `file:${file}`, subject], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  return {
    async call(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: { Authorization: 'Bearer operator' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the gateway ended before it served');
}
