/** An authenticator made with node:crypto (RFC 4226, RFC 6238), so that nothing is tested by itself. */
import { createHmac } from 'node:crypto';

export interface Grid {
  algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  digits: 6 | 7 | 8;
  period: number;
}

export const USUAL: Grid = { algorithm: 'SHA1', digits: 6, period: 30 };

/** The code that is shown at an instant, in seconds by the authenticator's own clock. */
export function shown(secret: Uint8Array, grid: Grid, seconds: number): string {
  return codeOf(secret, grid, stepAt(grid, seconds));
}

export function stepAt({ period }: Grid, seconds: number): number {
  return Math.floor(seconds / period);
}

export function codeOf(secret: Uint8Array, grid: Grid, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(grid.algorithm, secret).update(counter).digest();
  const word = mac.readUInt32BE(mac[mac.length - 1]! % 16) % 2 ** 31;
  return String(word % 10 ** grid.digits).padStart(grid.digits, '0');
}
