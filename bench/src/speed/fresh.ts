/**
 * One figure of a fresh process. `first`: the microseconds of its first code, made by noble's hmac()
 * or by us. `after`: what noble's hmac() costs there, in units of one compression, with or without
 * us having worked before.
 */
import { importKey, totp, verify } from '@driftlock/totp-core';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { interleave, pairedRatio } from './measure.js';

const [question, who] = process.argv.slice(2);
const secret = Uint8Array.from({ length: 20 }, (_, i) => 7 * i);
const message = Uint8Array.of(0, 0, 0, 0, 3, 0x5c, 0x8d, 0x4e);
const at = 1_700_000_010_000;

if (question === 'first') {
  const start = process.hrtime.bigint();
  if (who === 'noble') code(hmac(sha1, secret, message));
  else totp(importKey(secret), { at });
  console.log(Number(process.hrtime.bigint() - start) / 1000);
} else {
  if (who === 'driftlock') work();
  const block = new DataView(new ArrayBuffer(64));
  const state = sha1.create() as unknown as { process(block: DataView, at: number): void };
  const timed = [
    { name: 'hmac', run: () => hmac(sha1, secret, message) },
    { name: 'compression', run: () => state.process(block, 0) },
  ];
  const rounds = await interleave(timed, 21);
  console.log(pairedRatio(rounds.hmac!, rounds.compression!));
}

/** What anybody would do with noble's HMAC to have a code. */
function code(mac: Uint8Array): string {
  const word = new DataView(mac.buffer, mac.byteOffset).getUint32(mac[19]! & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, '0');
}

function work(): void {
  for (const algorithm of ['SHA1', 'SHA256', 'SHA512'] as const) {
    const key = importKey(secret, { algorithm });
    for (let i = 0; i < 20_000; i++) verify(key, '123456', { at: at + 30_000 * i });
    for (let i = 0; i < 2000; i++) totp(importKey(secret, { algorithm }), { at });
  }
}
