import { describe, expect, it } from 'vitest';
import { AT, createStage, HOUR, KINDS } from './custody-stage.js';

const YEAR = 365 * 24 * HOUR;
/** An hour back a pack still has codes; further away it has none. */
const BACK = [
  ['an hour', AT - HOUR, { 'device key': 'unavailable', 'horizon pack': 'unavailable' }],
  ['a day', AT - 24 * HOUR, { 'device key': 'unavailable', 'horizon pack': 'mismatch' }],
  ['to 1970', 60_000, { 'device key': 'unavailable', 'horizon pack': 'mismatch' }],
] as const;
const FORWARD = { 'device key': 'unavailable', 'horizon pack': 'mismatch' } as const;

describe.each(KINDS)('a clock set wrong, with a %s', (kind) => {
  it.each(BACK)('accepts nothing when it is set back (%s)', async (_how, back, said) => {
    const ana = await createStage(kind);
    ana.time.now = back;
    const { verifier, type } = await ana.tab();
    expect(await type()).toMatchObject({ accepted: false, reason: said[kind] });
    expect(await verifier.clock.read()).toStrictEqual({
      ...{ at: back, state: 'unsafe', reason: 'rolled-back' },
    });
  });

  it.each([...BACK.map(([how, to]) => [how, to] as const), ['forward a year', AT + YEAR] as const])(
    'accepts before it, and again once it is right and witnessed (%s)',
    async (_how, to) => {
      const ana = await createStage(kind);
      const before = await ana.tab();
      expect(await before.type()).toMatchObject({ accepted: true, left: { uses: 4 } });

      ana.time.now = to;
      expect(await before.type()).toMatchObject({ accepted: false });
      before.store.close();
      const restarted = await ana.tab();
      expect(await restarted.type()).toMatchObject({ accepted: false });

      ana.time.now = AT + 60_000;
      expect(await restarted.type()).toMatchObject({ accepted: false, reason: 'unavailable' });
      await restarted.verifier.clock.witness({ min: AT + 59_900, max: AT + 60_100 });
      expect(await restarted.type()).toMatchObject({ accepted: true, left: { uses: 3 } });
    },
  );

  it('replays no code of before it was set back, once it is', async () => {
    const ana = await createStage(kind);
    const { verifier, type } = await ana.tab();
    expect(await type()).toMatchObject({ accepted: true });
    ana.time.now = AT - HOUR;
    await verifier.clock.witness({ min: AT - HOUR - 100, max: AT - HOUR + 100 });
    expect(await type()).toMatchObject({ accepted: false, reason: 'replayed' });
    ana.time.now = AT;
    await verifier.clock.witness({ min: AT - 100, max: AT + 100 });
    expect(await type()).toMatchObject({ accepted: false, reason: 'replayed' });
  });

  it('accepts nothing a year ahead: the lease is over', async () => {
    const ana = await createStage(kind);
    ana.time.now = AT + YEAR;
    const { verifier, type } = await ana.tab();
    expect((await verifier.clock.read()).state).toBe('safe');
    expect(await type()).toMatchObject({ accepted: false, reason: FORWARD[kind] });
  });

  it('accepts nothing by a witness that says a year ahead, either', async () => {
    const ana = await createStage(kind);
    ana.time.now = AT + YEAR;
    const { verifier, type } = await ana.tab();
    await verifier.clock.witness({ min: AT + YEAR - 100, max: AT + YEAR + 100 });
    expect(await type()).toMatchObject({ accepted: false, reason: FORWARD[kind] });
  });

  it('minds no step of two seconds, either way', async () => {
    const ana = await createStage(kind);
    const { verifier, type } = await ana.tab();
    for (const step of [-2000, 2000]) {
      ana.time.now += 30_000 + step;
      expect(await type()).toMatchObject({ accepted: true });
      expect((await verifier.clock.read()).state).toBe('safe');
      ana.time.now += 30_000;
    }
  });
});
