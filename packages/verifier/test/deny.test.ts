import { describe, expect, test } from 'vitest';
import { memoryOutbox } from '../src/index.js';
import { AT, scripted, stage, YES } from './stage.js';

const OFFLINE = { policy: { mode: 'offline' } } as const;

describe('a no that was heard elsewhere', () => {
  test('latches, contradicts an open decision and revokes it once', async () => {
    const { type, code, verifier, revoked, ledger, outbox, events } = stage(OFFLINE);
    const { id } = await type(code());
    const no = { account: 'ana', decisions: [id], denial: 'suspended' } as const;
    expect(await verifier.deny(no)).toStrictEqual([id]);
    expect(await verifier.deny(no)).toStrictEqual([id]);
    expect(revoked).toStrictEqual([{ id, account: 'ana' }]);
    expect(await outbox.find(id)).toMatchObject({
      settlement: 'contradicted',
      denial: 'suspended',
    });
    expect((await ledger.state('ana')).latch).toStrictEqual({ id, at: AT });
    expect(events.filter(({ type }) => type === 'settled')).toStrictEqual([
      { type: 'settled', id, settlement: 'contradicted', account: 'ana', at: AT },
    ]);
  });

  test('ends what a lapsed decision began, and what nothing is known of any more', async () => {
    const { type, code, verifier, revoked, outbox, clock } = stage(OFFLINE);
    const { id } = await type(code());
    clock.now += 91_000;
    await verifier.reconcile();
    const done = await verifier.deny({ account: 'ana', decisions: [id, 'forgotten'] });
    expect(done).toStrictEqual([id, 'forgotten']);
    expect(revoked.map((one) => one.id)).toStrictEqual([id, 'forgotten']);
    expect((await outbox.find(id))?.settlement).toBe('lapsed');
  });

  test('revokes nothing that the authority confirmed', async () => {
    const { type, code, verifier, revoked, background } = stage({ authority: scripted(YES) });
    const { id } = await type(code());
    await Promise.all(background);
    expect(await verifier.deny({ account: 'ana', decisions: [id] })).toStrictEqual([id]);
    expect(revoked).toStrictEqual([]);
  });

  test('latches an account without decisions, and leaves a latch as it is', async () => {
    const { verifier, ledger, clock } = stage(OFFLINE);
    await verifier.deny({ account: 'ana', decisions: [] });
    clock.now += 1;
    await verifier.deny({ account: 'ana', decisions: ['later'] });
    expect((await ledger.state('ana')).latch).toStrictEqual({ id: 'mismatch', at: AT });
  });

  test('leaves a decision that another is asking about for next time', async () => {
    const outbox = memoryOutbox();
    const { type, code, verifier, revoked } = stage({ ...OFFLINE, outbox });
    const { id } = await type(code());
    await outbox.claim(id, { at: AT, until: AT + 1000 });
    expect(await verifier.deny({ account: 'ana', decisions: [id] })).toStrictEqual([]);
    expect(revoked).toStrictEqual([]);
  });

  test('goes on to the next decision where one can’t be revoked, and names only what is done', async () => {
    const memory = memoryOutbox();
    const outbox = {
      ...memory,
      find: async (id: string) => {
        if (id === 'broken') throw new Error('no answer');
        return memory.find(id);
      },
    };
    const { verifier, revoked, events } = stage({ ...OFFLINE, outbox });
    const decisions = ['broken', 'other'];
    expect(await verifier.deny({ account: 'ana', decisions })).toStrictEqual(['other']);
    expect(revoked).toStrictEqual([{ id: 'other', account: 'ana' }]);
    expect(events.filter(({ type }) => type === 'fault').length).toBe(1);
  });
});
