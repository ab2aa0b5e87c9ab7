/** The command as people run it: a process, its output and its exit code. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const BIN: string = fileURLToPath(new URL('../bin/driftlock.js', import.meta.url));

/** RFC 6238 Appendix B's secret, "12345678901234567890". */
export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export interface Ran {
  status: number;
  out: string;
  err: string;
}

if (!existsSync(new URL('../dist/index.js', import.meta.url))) {
  throw new Error('these tests run the built command: build first');
}

/** Runs `driftlock ...args` with `input` on standard input, and no colours or keys around. */
export function driftlock(args: string[], input: string = SECRET): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH };
    const child = execFile(process.execPath, [BIN, ...args], { env }, (error, out, err) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
    // A command line that is refused is refused before its standard input is read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
