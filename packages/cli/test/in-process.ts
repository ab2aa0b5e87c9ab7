/** The command without a process: the same `main`, in a world made for a test. */
import { main } from '../src/main.js';
import type { World } from '../src/verb.js';
import { type Ran, SECRET } from './terminal.js';

export async function inProcess(
  args: string[],
  { input = SECRET, ...world }: Partial<World> & { input?: string | Uint8Array } = {},
): Promise<Ran> {
  const ran: Ran = { status: -1, out: '', err: '' };
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield typeof input === 'string' ? new TextEncoder().encode(input) : input;
  }
  ran.status = await main(args, {
    stdin: stdin(),
    out: (text) => {
      ran.out += text;
    },
    err: (text) => {
      ran.err += text;
    },
    env: {},
    now: () => 59_000,
    colors: false,
    terminal: false,
    ...world,
  });
  return ran;
}
