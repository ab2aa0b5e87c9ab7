/** totp-core as a stranger uses it: every kind of answer once, at fixed instants. */
import {
  decodeBase32,
  diagnose,
  formatUri,
  generateSecret,
  importKey,
  observe,
  parseUri,
  predict,
  resynchronize,
  totp,
  verify,
  verifyMacs,
} from '@driftlock/totp-core';
import { tellOperator, tellPerson } from '@driftlock/totp-core/messages';
import { en } from '@driftlock/totp-core/messages/en';
import { type Check, same, thrownBy } from './check.js';
import { SEED_LENGTHS, seed, VECTORS } from './rfc6238.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const AT = 1_800_000_000_000;
const MINUTE = 60_000;

export const TOTP_CORE: readonly Check[] = [
  {
    title: 'totp-core: the vectors of RFC 6238 come out in all three hashes',
    run() {
      for (const algorithm of ['SHA1', 'SHA256', 'SHA512'] as const) {
        const key = importKey(seed(SEED_LENGTHS[algorithm]), { algorithm, digits: 8 });
        for (const { seconds, ...codes } of VECTORS) {
          const seen = totp(key, { at: seconds * 1000 });
          same(`${algorithm} at ${seconds}`, seen, codes[algorithm]);
        }
      }
    },
  },
  {
    title: 'totp-core: a code is valid in its window, once, and nothing else is',
    run() {
      const key = importKey(SECRET);
      const code = totp(key, { at: AT });
      const step = AT / 30_000;
      same('in time', verify(key, code, { at: AT }), { valid: true, step, delta: 0 });
      const late = verify(key, code, { at: AT + 30_000 });
      same('a step late', late, { valid: true, step, delta: -1 });
      const no = (reason: string) => ({ valid: false, reason });
      same('too late', verify(key, code, { at: AT + MINUTE }), no('mismatch'));
      same('used', verify(key, code, { at: AT, after: step }), no('replayed'));
      same('in other digits', verify(key, '٠١٢٣٤٥', { at: AT }), no('malformed'));
    },
  },
  {
    title: 'totp-core: HMACs that WebCrypto made are verified like its own',
    async run() {
      const first = AT / 30_000 - 1;
      const macs = await Promise.all([0, 1, 2].map((more) => webCryptoMac(first + more)));
      const code = totp(importKey(SECRET), { at: AT });
      const verdict = verifyMacs(macs, first, {}, code, { at: AT });
      same('the verdict', verdict, { valid: true, step: first + 1, delta: 0 });
    },
  },
  {
    title: 'totp-core: a slow phone is diagnosed, and told so in English',
    run() {
      const key = importKey(SECRET);
      const slow = (at: number) => totp(key, { at: at - 4 * MINUTE });
      const suspected = diagnose(key, slow(AT), { at: AT });
      same('of one code', [suspected.verdict, suspected.evidence], ['device-slow', 1]);
      const step = suspected.step ?? 0;
      const estimate = observe(undefined, { at: AT, step, period: 30 });
      const later = AT + 45_000;
      const certain = diagnose(key, slow(later), { at: later, estimate });
      same('of two', [certain.verdict, certain.certainty], ['device-slow', 'certain']);
      same('to the person', tellPerson(certain, en), TOLD.person);
      same('to the operator', tellOperator(certain, en), TOLD.operator);
    },
  },
  {
    title: 'totp-core: two codes in a row tell the offset, which observe keeps and predict gives',
    run() {
      const key = importKey(SECRET);
      const typed = (at: number) => ({ code: totp(key, { at: at + 90_000 }), at });
      const found = resynchronize(key, [typed(AT), typed(AT + 30_000)]);
      if (!found.synchronized) throw new Error(`not found: ${found.reason}`);
      const step = (AT + 120_000) / 30_000;
      same('the step', found.step, step);
      const estimate = observe(undefined, { at: AT + 30_000, step, period: 30 });
      const kept = JSON.parse(JSON.stringify(estimate));
      const { min, best, max } = predict(kept, AT + 30_000);
      same('in order', [min < best, best < max, min <= 90, 90 <= max], [true, true, true, true]);
    },
  },
  {
    title: 'totp-core: an otpauth URI is read, written, and never quoted',
    async run() {
      const otp = { issuer: 'Acmé & Co', account: 'ann@example.com', secret: SECRET };
      const uri = formatUri({ ...otp, params: { digits: 8 } });
      const params = { algorithm: 'SHA1', digits: 8, period: 30, epoch: 0 };
      same('read back', parseUri(uri), { ...otp, params });
      const thrown = await thrownBy(() => parseUri('otpauth://hotp/ann?secret=NEVERQUOTED'));
      same('of another type', thrown, 'TotpError ERR_URI');
    },
  },
  {
    title: "totp-core: secrets come from the runtime's own randomness",
    run() {
      const secrets = new Set(Array.from({ length: 20 }, () => generateSecret()));
      same('different ones', secrets.size, 20);
      for (const secret of secrets) same('bytes', decodeBase32(secret).length, 20);
    },
  },
];

const TOLD = {
  person:
    'Your phone’s clock is about 3 minutes and 30 seconds slow. Set the phone’s date and time to automatic, then type the next code.',
  operator: [
    'The phone’s clock is about 3 minutes and 30 seconds slow.',
    'Against this machine, the phone is 195–241 seconds slow.',
    'Probability: more than 99.9%, from 2 codes.',
    'Next: have the phone’s date and time set to automatic.',
  ],
};

async function webCryptoMac(step: number): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const bytes = decodeBase32(SECRET) as Uint8Array<ArrayBuffer>;
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, counter));
}
