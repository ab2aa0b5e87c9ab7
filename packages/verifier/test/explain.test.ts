import { type DriftEstimate, observe, timeStep, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { keyCredential } from '../src/index.js';
import { AT, key, no, scripted, stage } from './stage.js';

const explained = async (decision: Promise<unknown>): Promise<unknown> =>
  ((await decision) as { diagnosis?: unknown }).diagnosis;

test('a refused code is no evidence any more after ten minutes', async () => {
  const { type, code, clock } = stage({ authority: scripted(no()) });
  await type(code(-240));
  clock.now += 601_000;
  expect(await explained(type(code(-240)))).toMatchObject({ verdict: 'device-slow', evidence: 1 });
});

test('a code that contradicts the one before it is no evidence for it', async () => {
  const { type, code, clock } = stage({ authority: scripted(no()) });
  await type(code(-240));
  clock.now += 30_000;
  expect(await explained(type(code(240)))).toMatchObject({ evidence: 1 });
  clock.now += 30_000;
  expect(await explained(type(code(240)))).toMatchObject({ verdict: 'device-fast', evidence: 2 });
  clock.now += 30_000;
  // Nor does it wipe out what was shown.
  expect(await explained(type(code(-240)))).toMatchObject({ evidence: 2 });
});

test('a wrong code between two that agree makes them no less certain', async () => {
  const { type, code, clock } = stage({ authority: scripted(no()) });
  await type(code(-240));
  clock.now += 30_000;
  expect(await explained(type('000000'))).toMatchObject({ verdict: 'no-match' });
  clock.now += 30_000;
  expect(await explained(type(code(-240)))).toMatchObject({
    verdict: 'device-slow',
    certainty: 'certain',
    evidence: 2,
  });
});

test('the same refused code twice does not outweigh another', async () => {
  const { type, code, clock } = stage({ authority: scripted(no()) });
  const slow = code(-240);
  for (let i = 0; i < 3; i++) await type(slow);
  clock.now += 90_000;
  expect(await explained(type(code(-240)))).toMatchObject({ evidence: 2 });
});

test('what one account typed is no evidence for another', async () => {
  const { type, code, clock } = stage({ authority: scripted(no()) });
  await type(code(-240), 'ana');
  clock.now += 30_000;
  expect(await explained(type(code(-240), 'ben'))).toMatchObject({ evidence: 1 });
});

test('a code that is nobody’s is explained as such', async () => {
  const { type, code } = stage({ authority: scripted(no()) });
  const wrong = code() === '000000' ? '000001' : '000000';
  expect(await explained(type(wrong))).toMatchObject({ verdict: 'no-match' });
});

test('what logins taught stays known while codes are refused', async () => {
  const phone = key();
  let estimate: DriftEstimate | undefined;
  for (const at of [AT - 3 * 86_400_000, AT - 2 * 86_400_000, AT - 86_400_000]) {
    estimate = observe(estimate, { at, step: timeStep(phone, at), period: 30 });
  }
  const late = async (credential: ReturnType<typeof keyCredential>): Promise<unknown> => {
    const { type, code, clock } = stage({ authority: scripted(no()), held: [credential] });
    await type(code(-150));
    clock.now += 60_000;
    return explained(type(code(-150)));
  };
  const known = keyCredential({ id: 'phone', key: phone, estimate: estimate! });
  expect(await late(keyCredential({ id: 'phone', key: phone }))).toMatchObject({
    verdict: 'device-slow',
    certainty: 'certain',
  });
  // Three logins with a right clock: a clock set wrong since is no longer beyond doubt.
  expect(await late(known)).toMatchObject({ certainty: 'suspected' });
  expect(estimate!.samples).toHaveLength(3);
});

test('a clock of ours that was set back is why, and shows nothing of a phone', async () => {
  const { type, code, clock, verifier } = stage();
  await type(code());
  clock.now -= 240_000;
  for (const seconds of [0, 30]) {
    clock.now += seconds * 1000;
    const ours = { verdict: 'clock-stepped', evidence: 1, next: 'fixClock' };
    expect(await explained(type(code(300)))).toMatchObject(ours);
    const asked = await verifier.diagnose({ account: 'ana', code: code(300) });
    expect(asked).toMatchObject({ diagnosed: true, diagnosis: ours });
  }
});

test('a credential enrolled anew with other steps is explained without its old ones', async () => {
  const held = [keyCredential({ id: 'phone', key: key() })];
  const { type, code, events } = stage({ held });
  await type(code(-240));
  held[0] = keyCredential({ id: 'phone', key: key({ period: 60 }) });
  expect(await type('000000')).toMatchObject({
    reason: 'mismatch',
    diagnosis: { verdict: 'no-match' },
  });
  expect(events.filter(({ type }) => type === 'fault')).toStrictEqual([]);
});

test('a code of the other length of two credentials explains nothing', async () => {
  const held = [
    keyCredential({ id: 'app', key: key({ digits: 7, period: 10 }) }),
    keyCredential({ id: 'phone', key: key({}, new Uint8Array(20).fill(3)) }),
  ];
  const phone = key({}, new Uint8Array(20).fill(3));
  for (const order of [held, held.toReversed()]) {
    for (const [offset, verdict] of [
      [0, 'ok'],
      [-3600, 'device-slow'],
    ] as const) {
      const { verifier } = stage({ held: order });
      const code = totp(phone, { at: AT + offset * 1000 });
      expect(await verifier.diagnose({ account: 'ana', code })).toMatchObject({
        credential: 'phone',
        diagnosis: { verdict },
      });
    }
    const { verifier } = stage({ held: order });
    expect(await verifier.diagnose({ account: 'ana', code: '000000' })).toMatchObject({
      credential: 'phone',
      diagnosis: { verdict: 'no-match' },
    });
  }
});
