import { importKey, totp } from '@driftlock/totp-core';
import { keyCredential, type VerifierEvent } from '@driftlock/verifier';
import { describe, expect, it } from 'vitest';
import { enrol } from '../src/accounts.js';
import { gatewayAuthority } from '../src/gateway-authority.js';
import { createOfflineVerifier, type OfflineVerifierOptions } from '../src/offline-verifier.js';
import { createDevice, type Device } from './device.js';
import { type Answer, type ScriptedGateway, says, startGateway } from './scripted-gateway.js';

const AT = 1_800_000_000_000;
const KEY = importKey('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const CODE = totp(KEY, { at: AT });
const HOUR = 3_600_000;
// A loaded machine must not look like a dead authority.
const PATIENT = { liveDeadline: 30_000 };

/** A device whose clock was witnessed and whose account is enrolled. */
async function createAna({ enrolled = true, witnessed = true } = {}) {
  const device: Device = createDevice();
  const time = { now: AT };
  const events: VerifierEvent[] = [];
  const revoked: string[] = [];
  const tab = async (options: Partial<OfflineVerifierOptions> = {}) => {
    const store = await device.open();
    const verifier = createOfflineVerifier({
      store,
      credentials: async () => [keyCredential({ id: 'phone', key: KEY })],
      policy: { mode: 'offline', ...PATIENT },
      now: () => time.now,
      onEvent: (event) => events.push(event),
      onRevoke: ({ account }) => {
        revoked.push(account);
      },
      ...options,
    });
    return { store, verifier };
  };
  const { store, verifier } = await tab();
  if (enrolled) await enrol(store, { account: 'ana', user: '17' });
  if (witnessed) await verifier.clock.witness({ min: AT - 100, max: AT + 100 });
  store.close();
  return { device, time, events, revoked, tab, type: { account: 'ana', code: CODE } };
}

const online = (server: ScriptedGateway, mode: 'local-first' | 'authority-first') => ({
  authority: gatewayAuthority({ baseUrl: server.baseUrl, token: 'token' }),
  policy: { mode, ...PATIENT },
});
const active: Answer = says(200, { id: '17', status: 'active' });
const decision = (more: object) => says(200, { id: 'theirs', accepted: true, ...more });
/** Answers questions about the account with `active`, and all others as given. */
const unlessStatus =
  (answer: Answer): Answer =>
  (response, asked) =>
    (asked.url === '/v1/accounts/17' ? active : answer)(response, asked);

describe('a verifier without a network', () => {
  it('accepts a code provisionally, says what is left, and accepts it once', async () => {
    const ana = await createAna();
    const { verifier } = await ana.tab();
    const accepted = await verifier.verify(ana.type);
    expect(accepted).toStrictEqual({
      id: accepted.id,
      accepted: true,
      by: 'local',
      standing: 'provisional',
      step: AT / 30_000,
      offset: expect.any(Object),
      left: { uses: 9, until: AT + 72 * HOUR },
    });
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'replayed' });
  });

  it('accepts a code typed in two tabs at once in one of them, and never after a reload', async () => {
    const ana = await createAna();
    const tabs = [await ana.tab(), await ana.tab()];
    const decisions = await Promise.all(tabs.map(({ verifier }) => verifier.verify(ana.type)));
    expect(decisions.filter(({ accepted }) => accepted).length).toBe(1);
    for (const { store } of tabs) store.close();
    const { verifier } = await ana.tab();
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'replayed' });
  });

  it.each([
    ['says nothing of clocks', {}],
    ['has a clock that is undefined', { clock: undefined }],
  ])('accepts nothing by a clock never witnessed, where its policy %s', async (_what, said) => {
    const ana = await createAna({ witnessed: false });
    const policy: object = { mode: 'offline', ...PATIENT, ...said };
    const { verifier } = await ana.tab({ policy: policy as OfflineVerifierOptions['policy'] });
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'unavailable' });
    await verifier.clock.witness({ min: AT - 100, max: AT + 100 });
    expect(await verifier.verify(ana.type)).toMatchObject({ standing: 'provisional' });
  });

  it('believes the clock as it stands where the policy says so', async () => {
    const ana = await createAna({ witnessed: false });
    const { verifier } = await ana.tab({
      policy: { mode: 'offline', clock: 'trusted', ...PATIENT },
    });
    expect(await verifier.verify(ana.type)).toMatchObject({ standing: 'provisional' });
  });

  it.each([
    ['an hour', AT - HOUR],
    ['a day', AT - 24 * HOUR],
    ['to 1970', 60_000],
  ])('accepts nothing once its clock is set back (%s)', async (_how, back) => {
    const ana = await createAna();
    ana.time.now = back;
    const { verifier } = await ana.tab();
    const old = { account: 'ana', code: totp(KEY, { at: back }) };
    expect(await verifier.verify(old)).toMatchObject({ accepted: false, reason: 'unavailable' });
  });

  it('accepts nothing of an account that was never enrolled here', async () => {
    const ana = await createAna({ enrolled: false });
    const { verifier } = await ana.tab();
    expect(await verifier.verify(ana.type)).toMatchObject({ accepted: false, reason: 'mismatch' });
  });

  it('accepts nothing where what the account had used up is lost', async () => {
    const ana = await createAna();
    const { store, verifier } = await ana.tab();
    await verifier.verify(ana.type);
    await store.write(['ledger'], ({ ledger }) => ledger.clear());
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'unavailable' });
    const state = await store.read(['ledger'], ({ ledger }) => ledger.get('ana'));
    expect(state?.latch?.at).toBe(AT);
  });

  it('accepts nothing where the browser cleared the whole store', async () => {
    const ana = await createAna();
    await ana.device.indexedDB.deleteDatabase('driftlock');
    const { verifier } = await ana.tab();
    expect(await verifier.verify(ana.type)).toMatchObject({ accepted: false, reason: 'mismatch' });
  });

  it('accepts nothing once its store is closed, and tells its operator why', async () => {
    const ana = await createAna();
    const { store, verifier } = await ana.tab();
    store.close();
    const { id, ...decided } = await verifier.verify(ana.type);
    expect(decided).toStrictEqual({ accepted: false, reason: 'unavailable', retryAfter: 30 });
    const error = { name: 'StoreError', code: 'ERR_STORE_CLOSED' };
    expect(ana.events[0]).toMatchObject({ type: 'fault', id, error });
  });

  it('needs somebody to end what a provisional decision began', async () => {
    const store = await createDevice().open();
    const policy = { mode: 'offline' } as const;
    expect(() => createOfflineVerifier({ store, policy })).toThrow('onRevoke');
  });
});

describe('a verifier with its gateway', () => {
  it('accepts a code the gateway confirms, asking about the user as enrolled', async () => {
    await using server = await startGateway(decision({ standing: 'confirmed' }));
    const ana = await createAna();
    const { verifier } = await ana.tab(online(server, 'local-first'));
    const { id, ...decided } = await verifier.verify(ana.type);
    expect(decided).toMatchObject({ accepted: true, by: 'authority', standing: 'confirmed' });
    expect(server.asked).toMatchObject([{ url: '/v1/accounts/17/verify', key: id }]);
  });

  it('holds nothing without credentials, so the gateway alone decides', async () => {
    await using server = await startGateway(
      says(200, { id: 'd', accepted: false, reason: 'mismatch' }),
    );
    const ana = await createAna();
    const { authority, policy } = online(server, 'local-first');
    const { store } = await ana.tab();
    const verifier = createOfflineVerifier({ store, authority, policy, onRevoke: () => {} });
    expect(await verifier.verify(ana.type)).toMatchObject({ accepted: false, reason: 'mismatch' });
    server.answer = says(503, '');
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'unavailable' });
    server.answer = decision({ standing: 'confirmed' });
    expect(await verifier.verify(ana.type)).toMatchObject({ standing: 'confirmed' });
  });

  it('settles after a reload what was accepted in an outage, and keeps no digits', async () => {
    await using server = await startGateway(says(503, ''));
    const ana = await createAna();
    const before = await ana.tab(online(server, 'local-first'));
    const { id, ...decided } = await before.verifier.verify(ana.type);
    expect(decided).toMatchObject({ standing: 'provisional', left: { uses: 9 } });
    expect(await ana.device.dump()).toContain(CODE);
    before.store.close();

    server.answer = unlessStatus(decision({ standing: 'confirmed' }));
    const { store, verifier } = await ana.tab(online(server, 'local-first'));
    expect(await verifier.reconcile()).toMatchObject({ confirmed: 1, open: 0 });
    expect(await verifier.settled(id)).toBe('confirmed');
    expect(await ana.device.dump()).not.toContain(CODE);
    const state = await store.read(['ledger'], ({ ledger }) => ledger.get('ana'));
    expect(state?.uses).toStrictEqual([]);
  });

  it('asks again with the same key after a lost reply', async () => {
    await using server = await startGateway((response) => response.destroy());
    const ana = await createAna();
    const before = await ana.tab(online(server, 'authority-first'));
    const { id, ...decided } = await before.verifier.verify(ana.type);
    expect(decided).toMatchObject({ standing: 'provisional' });
    before.store.close();

    server.answer = unlessStatus(decision({ standing: 'confirmed' }));
    const { verifier } = await ana.tab(online(server, 'authority-first'));
    expect(await verifier.reconcile()).toMatchObject({ confirmed: 1, open: 0 });
    const questions = server.asked.filter(({ method }) => method === 'POST');
    expect(new Set(questions.map(({ key }) => key))).toStrictEqual(new Set([id]));
  });

  it('polls after a reload what the gateway itself could not confirm yet', async () => {
    await using server = await startGateway(decision({ standing: 'provisional' }));
    const ana = await createAna();
    const before = await ana.tab(online(server, 'authority-first'));
    const { id, ...decided } = await before.verifier.verify(ana.type);
    expect(decided).toMatchObject({ standing: 'provisional' });
    before.store.close();

    server.answer = unlessStatus(decision({ standing: 'provisional', settlement: 'confirmed' }));
    const { verifier } = await ana.tab(online(server, 'authority-first'));
    expect(await verifier.reconcile()).toMatchObject({ confirmed: 1, open: 0 });
    expect(await verifier.settled(id)).toBe('confirmed');
    expect(server.asked.at(-1)?.url).toBe('/v1/decisions/theirs');
  });

  it('revokes and latches, in every tab, what the gateway denies later', async () => {
    await using server = await startGateway(says(503, ''));
    const ana = await createAna();
    const [one, other] = [
      await ana.tab(online(server, 'local-first')),
      await ana.tab(online(server, 'local-first')),
    ];
    await one.verifier.verify(ana.type);
    server.answer = says(200, { id: '17', status: 'suspended' });
    expect(await one.verifier.reconcile()).toMatchObject({ contradicted: 1, open: 0 });
    expect(ana.revoked).toStrictEqual(['ana']);
    server.answer = says(503, '');
    ana.time.now += 30_000;
    const next = { account: 'ana', code: totp(KEY, { at: ana.time.now }) };
    expect(await other.verifier.verify(next)).toMatchObject({ reason: 'unavailable' });
  });

  it('believes again after a loss what the gateway has confirmed afresh', async () => {
    await using server = await startGateway(says(503, ''));
    const ana = await createAna();
    const { store, verifier } = await ana.tab(online(server, 'local-first'));
    await verifier.verify(ana.type);
    await store.write(['ledger'], ({ ledger }) => ledger.clear());
    expect(await verifier.verify(ana.type)).toMatchObject({ reason: 'unavailable' });
    server.answer = decision({ standing: 'confirmed' });
    expect(await verifier.verify(ana.type)).toMatchObject({ standing: 'confirmed' });
    server.answer = says(503, '');
    ana.time.now += 30_000;
    const next = { account: 'ana', code: totp(KEY, { at: ana.time.now }) };
    expect(await verifier.verify(next)).toMatchObject({ standing: 'provisional' });
  });

  it('takes the time from the gateway', async () => {
    await using server = await startGateway(says(200, { now: AT }));
    const ana = await createAna({ witnessed: false });
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: 'token' });
    const { verifier } = await ana.tab();
    await verifier.clock.witness(await gateway.witness());
    expect(await verifier.clock.read()).toStrictEqual({ at: AT, state: 'safe' });
  });
});
