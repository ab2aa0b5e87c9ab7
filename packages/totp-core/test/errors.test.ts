// What a refusal says: which argument it is about, and nothing that was in it.
import { describe, expect, it } from 'vitest';
import {
  formatUri,
  generateSecret,
  hotp,
  importKey,
  leavesWindow,
  observe,
  parseUri,
  readClock,
  resynchronize,
  TotpError,
  timeStep,
  verify,
  verifyMacs,
  witnessClock,
} from '../src/index.js';

const SECRET = 'GEZDGNBVGY3TQOJQ';
const KEY = importKey(SECRET);
const AT = 59_000;
const READING = { wall: AT, monotonic: 0 };
const OTP = { account: 'ann', secret: SECRET };
/** Not to be found in any message. */
const MARK = 'QQ7';

function refusal(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  return expect.fail('was accepted');
}

/** A call, what it is refused for, and the name its message has to hold. */
type Row = [name: string, call: () => unknown];

function options(wrong: object): () => unknown {
  return () => verify(KEY, '123456', { at: AT, ...wrong } as never);
}

function macs(wrong: { macs?: unknown; firstStep?: unknown; params?: unknown }): () => unknown {
  const { macs = [], firstStep = 0, params = {} } = wrong;
  return () => verifyMacs(macs as never, firstStep as never, params as never, '123456');
}

function observed(wrong: object): () => unknown {
  return () => observe(undefined, { at: AT, step: 1, period: 30, ...wrong } as never);
}

function tolerated(wrong: object): () => unknown {
  return () => leavesWindow(observed({})() as never, wrong);
}

function uri(parameters: string, label = 'ann'): () => unknown {
  return () => parseUri(`otpauth://totp/${label}?${parameters}`);
}

const types: Row[] = [
  ['key', () => hotp({} as never, 1)],
  ['secret', () => importKey(5 as never)],
  ['params', () => importKey(SECRET, 5 as never)],
  ['algorithm', () => importKey(SECRET, { algorithm: 1 as never })],
  ['digits', () => importKey(SECRET, { digits: MARK as never })],
  ['period', () => importKey(SECRET, { period: MARK as never })],
  ['epoch', () => importKey(SECRET, { epoch: MARK as never })],
  ['counter', () => hotp(KEY, MARK as never)],
  ['at', () => timeStep(KEY, MARK as never)],
  ['window.backward', options({ window: { backward: MARK, forward: 1 } })],
  ['window.forward', options({ window: { backward: 1, forward: MARK } })],
  ['drift', options({ drift: MARK })],
  ['after', options({ after: MARK })],
  ['macs', macs({ macs: MARK })],
  ['macs', macs({ macs: [MARK] })],
  ['firstStep', macs({ firstStep: MARK })],
  ['codes', () => resynchronize(KEY, [] as never)],
  ['bytes', () => generateSecret(MARK as never)],
  ['backward', tolerated({ backward: MARK })],
  ['forward', tolerated({ forward: MARK })],
  ['step', observed({ step: MARK })],
  ['delay.max', observed({ delay: { min: 0, max: MARK } })],
  ['delay.min', observed({ delay: { min: MARK, max: 1 } })],
  ['error', observed({ error: MARK })],
  ['rate', observed({ rate: MARK })],
  ['uri', () => parseUri(5 as never)],
  ['account', () => formatUri({ ...OTP, account: 5 as never })],
  ['issuer', () => formatUri({ ...OTP, issuer: 5 as never })],
  ['secret', () => formatUri({ ...OTP, secret: 5 as never })],
  ['otp', () => formatUri(null as never)],
  ['otp', () => formatUri(MARK as never)],
  ['reading', () => readClock(undefined, null as never)],
  ['reading', () => readClock(undefined, MARK as never)],
  ['wall', () => readClock(undefined, { ...READING, wall: MARK as never })],
  ['monotonic', () => readClock(undefined, { ...READING, monotonic: MARK as never })],
  ['session', () => readClock(undefined, { ...READING, session: 5 as never })],
];

const ranges: Row[] = [
  ['algorithm', () => importKey(SECRET, { algorithm: MARK as never })],
  ['digits', () => importKey(SECRET, { digits: 77 as never })],
  ['period', () => importKey(SECRET, { period: -77 })],
  ['epoch', () => importKey(SECRET, { epoch: Number.NaN })],
  ['secret', () => importKey(MARK)],
  ['secret', () => importKey(new Uint8Array())],
  ['key', () => destroyed()],
  ['counter', () => hotp(KEY, -77)],
  ['at', () => timeStep(KEY, Number.NaN)],
  ['at', () => timeStep(KEY, -77)],
  ['window.backward', options({ window: { backward: -77, forward: 1 } })],
  ['window.forward', options({ window: { backward: 1, forward: -77 } })],
  ['drift', options({ drift: Number.NaN })],
  ['after', options({ after: 7.7 })],
  ['HMAC', macs({ macs: [new Uint8Array(77)] })],
  ['HMAC', macs({ macs: Array(6002).fill(new Uint8Array(20)) })],
  ['firstStep', macs({ firstStep: -77 })],
  ['bytes', () => generateSecret(7)],
  ['backward', tolerated({ backward: -77 })],
  ['forward', tolerated({ forward: -77 })],
  ['step', observed({ step: -77 })],
  ['delay.max', observed({ delay: { min: 0, max: -77 } })],
  ['delay.min', observed({ delay: { min: -77, max: 1 } })],
  ['error', observed({ error: -77 })],
  ['rate', observed({ rate: -77 })],
  ['period', () => observe(observed({})() as never, { at: AT, step: 2, period: 31 })],
  ['TYPE', () => parseUri(MARK)],
  ['type', () => parseUri(`otpauth://${MARK}/ann?secret=${SECRET}`)],
  ['account', uri(`secret=${SECRET}`, `${MARK}:`)],
  ['percent', uri(`secret=${SECRET}`, `${MARK}%`)],
  ['secret', uri(`issuer=${MARK}`)],
  ['secret', uri(`secret=${MARK}`)],
  ['issuer', uri(`secret=${SECRET}&issuer=${MARK}&issuer=${MARK}`)],
  ['algorithm', uri(`secret=${SECRET}&algorithm=${MARK}`)],
  ['digits', uri(`secret=${SECRET}&digits=${MARK}`)],
  ['period', uri(`secret=${SECRET}&period=${MARK}`)],
  ['period', uri(`secret=${SECRET}&period=86401`)],
  ['epoch', () => formatUri({ ...OTP, params: { epoch: 77 } })],
  ['account', () => formatUri({ ...OTP, account: `${MARK}:` })],
  ['account', () => formatUri({ ...OTP, account: ' ' })],
  ['account', () => formatUri({ ...OTP, account: `${MARK}\ud800` })],
  ['issuer', () => formatUri({ ...OTP, issuer: `${MARK}:` })],
  ['wall', () => readClock(undefined, { ...READING, wall: Number.NaN })],
  ['monotonic', () => readClock(undefined, { ...READING, monotonic: Number.NaN })],
  ['min', () => witnessClock(undefined, READING, { min: Number.NaN, max: AT })],
  ['max', () => witnessClock(undefined, READING, { min: AT, max: Number.NaN })],
  ['min', () => witnessClock(undefined, READING, { min: AT, max: AT - 77 })],
  ['record', () => readClock({} as never, READING)],
];

function destroyed(): string {
  const key = importKey(SECRET);
  key.destroy();
  return hotp(key, 1);
}

describe('a refusal of the wrong type', () => {
  it.each(types)('names %s and no value (%#)', (name, call) => {
    const error = refusal(call);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message.split(/[^\w.]+/)).toContain(name);
    expect(error.message).toMatch(/must be .*[a-z]/);
    expect(error.message).not.toContain(MARK);
  });
});

describe('a refusal of a value', () => {
  it.each(ranges)('names %s and no value (%#)', (name, call) => {
    const error = refusal(call);
    expect(error).toBeInstanceOf(TotpError);
    expect(['ERR_SECRET', 'ERR_PARAMS', 'ERR_INSTANT', 'ERR_URI']).toContain(
      (error as TotpError).code,
    );
    expect(error.message).toContain(name);
    expect(error.message).not.toMatch(/QQ|77|86401|GEZD/);
    expect(error.cause).toBeUndefined();
  });

  it('names the numbers that would do', () => {
    const says = (call: () => unknown): string => refusal(call).message;
    expect(says(() => importKey(SECRET, { digits: 5 as never }))).toMatch(/integer from 6 to 8/);
    expect(says(options({ drift: Number.NaN }))).toMatch(/number from -?\d/);
    expect(says(() => importKey(SECRET, { algorithm: MARK as never }))).toMatch(
      /SHA1\W.*SHA256\W.*SHA512/,
    );
  });
});
