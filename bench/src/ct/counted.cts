/**
 * Calls one function so many times, for callgrind to count: `node counted.cjs <core> <class> <calls>
 * <warm-up>`. CommonJS, since an ES module is not loaded by the same instructions twice.
 */
const vm: typeof import('node:vm') = require('node:vm');

type Core = typeof import('@driftlock/totp-core', { with: { 'resolution-mode': 'import' }});

const [, , folder = '', name = '', calls = '', warmUp = ''] = process.argv;
const { hotp, importKey, verify, verifyMacs }: Core = require(folder);

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const key = importKey(SECRET);
const WINDOW = { backward: 1, forward: 1 };

// Codes that begin with 0 are parsed by other instructions than others; who typed one knows it.
let now = 60_000_000;
while ([-1, 0, 1].some((delta) => hotp(key, now + delta).startsWith('0'))) now++;
const code = (delta: number) => hotp(key, now + delta);
const wrong = code(0).slice(0, 5) + ((Number(code(0)[5]) + 1) % 10);

function asked(
  typed: string,
  after: number,
  secret = SECRET,
  algorithm: 'SHA1' | 'SHA512' = 'SHA1',
) {
  const own = importKey(secret, { algorithm });
  const options = { at: now * 30_000, window: WINDOW, after };
  return () => verify(own, typed, options);
}

/** An HMAC that truncates to a value at an offset, and a code that is not its. */
function given(offset: number, value: number) {
  const mac = Uint8Array.from({ length: 20 }, (_, i) => (37 * i + 11) & 255);
  mac[19] = 0xa0 | offset;
  new DataView(mac.buffer).setUint32(offset, value);
  const macs = [mac];
  const options = { at: now * 30_000 };
  return () => verifyMacs(macs, now, {}, '314159', options);
}

function untilMatch(typed: string) {
  return () => {
    for (let step = now - 1; step <= now + 1; step++) if (hotp(key, step) === typed) return step;
    return undefined;
  };
}

const CLASSES: Record<string, () => () => unknown> = {
  'the oldest step': () => asked(code(-1), 0),
  'the present step': () => asked(code(0), 0),
  'the newest step': () => asked(code(1), 0),
  'the present step, the one before used': () => asked(code(0), now - 1),
  'the newest step, the same used': () => asked(code(1), now - 1),
  'wrong in the last digit': () => asked(wrong, 0),
  'wrong in every digit': () => asked('314159', 0),
  'the oldest step, used': () => asked(code(-1), now + 1),
  'the newest step, used': () => asked(code(1), now + 1),
  'truncated at 0': () => given(0, 123_456_789),
  'truncated at 5': () => given(5, 123_456_789),
  'truncated at 10': () => given(10, 123_456_789),
  'truncated at 15': () => given(15, 123_456_789),
  'truncated to 12': () => given(5, 12),
  'truncated to 999,999': () => given(5, 999_999),
  'truncated to 2,147,483,647': () => given(5, 2_147_483_647),
  'one secret, SHA-1': () => asked('314159', 0),
  'another secret, SHA-1': () => asked('314159', 0, '7'.repeat(32)),
  'one secret, SHA-512': () => asked('314159', 0, SECRET, 'SHA512'),
  'another secret, SHA-512': () => asked('314159', 0, '7'.repeat(32), 'SHA512'),
  'early exit at the oldest step': () => untilMatch(code(-1)),
  'early exit at the newest step': () => untilMatch(code(1)),
};

// Padded, so that arguments of one length lie in memory alike.
const run = CLASSES[name.trim()]!();
const times = Number(calls);
let kept: unknown;
for (let i = 0; i < Number(warmUp); i++) kept = run();
Object.assign(globalThis, {
  counted() {
    for (let i = 0; i < times; i++) kept = run();
    return kept;
  },
});
// Callgrind counts within the C++ function that runs a script, and nowhere else.
new vm.Script('counted()').runInThisContext();
