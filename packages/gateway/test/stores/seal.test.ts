import { createHmac, hkdfSync } from 'node:crypto';
import { totp } from '@driftlock/totp-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import type { Engine } from '../../src/stores/engine.js';
import { resealAll } from '../../src/stores/reseal.js';
import { createSeal, keyIdOf, nameOf, type SealKey } from '../../src/stores/seal.js';
import { checkSeal } from '../../src/stores/seal-check.js';
import type { Seed } from '../../src/stores/stores.js';
import { storesOver } from '../../src/stores/stores-over.js';

const sealKey = (id: string, byte = id.charCodeAt(id.length - 1)): SealKey => ({
  id,
  key: new Uint8Array(32).fill(byte),
});
const [K1, K2, K3] = [sealKey('k1'), sealKey('k2'), sealKey('k3')];
const ERR_SEAL = { name: 'StoreError', code: 'ERR_SEAL' };
const AT = 1_800_000_000_000;
const params = { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 } as const;
const secret = () => new Uint8Array(20).fill(7);
const seed = (credential = 'phone'): Seed => ({ credential, secret: secret(), params: {} });
const code = async (stores: ReturnType<typeof storesOver>, id: string) =>
  (await stores.accounts.find(id))?.held[0]?.use((key) => totp(key, { at: AT }));
const read = async (engine: Engine, key: string) =>
  JSON.parse((await engine.read({ kind: 'account', key }))?.value ?? 'null');

/** Writes over a record, as whoever has the database could. */
async function tamper(engine: Engine, key: string, value: unknown): Promise<void> {
  const place = { kind: 'account', key } as const;
  const from = (await engine.read(place))?.version;
  const to = { value: JSON.stringify(value), version: crypto.randomUUID() };
  await engine.swap(place, from === undefined ? { to } : { from, to });
}

describe('a fingerprint', () => {
  const text = JSON.stringify(['name', 'verify text 287082']);

  test('is of its own text alone, and the same for whoever has the key', async () => {
    const [one, two] = [createSeal({ current: K1 }), createSeal({ current: K1 })];
    const print = await one.fingerprint(text);
    expect(print).toMatch(/^k1\.[A-Za-z0-9+/]{43}=$/);
    expect(await two.fingerprint(text)).toBe(print);
    expect(await two.isOf(print, text)).toBe(true);
    expect(await two.isOf(print, text.replace('287082', '287083'))).toBe(false);
    expect(await two.isOf(`${print.slice(0, -3)}AA=`, text)).toBe(false);
  });

  test('is told by an older key, and by no key that was not given', async () => {
    const print = await createSeal({ current: K1 }).fingerprint(text);
    const rotated = createSeal({ current: K2, older: [K1] });
    expect(await rotated.isOf(print, text)).toBe(true);
    expect((await rotated.fingerprint(text)).startsWith('k2.')).toBe(true);
    await expect(createSeal({ current: K2 }).isOf(print, text)).rejects.toMatchObject(ERR_SEAL);
    const impostor = createSeal({ current: sealKey('k1', 99) });
    expect(await impostor.isOf(print, text)).toBe(false);
  });

  test('is the HMAC under a key that HKDF makes of the seal key, as Node computes it', async () => {
    const derived = hkdfSync('sha256', K1.key, '', 'driftlock fingerprint', 32);
    const tag = createHmac('sha256', Buffer.from(derived)).update(text).digest('base64');
    expect(await createSeal({ current: K1 }).fingerprint(text)).toBe(`k1.${tag}`);
  });
});

describe('a seal', () => {
  const name = nameOf({ account: 'ana', credential: 'phone', params });

  test('opens what it sealed, which looks different every time', async () => {
    const seal = createSeal({ current: K1 });
    const [a, b] = [await seal.close(secret(), name), await seal.close(secret(), name)];
    expect(a).not.toBe(b);
    expect(keyIdOf(a)).toBe('k1');
    expect(await seal.open(a, name)).toStrictEqual(secret());
    // 12 bytes of nonce, 20 of seed and 16 of tag.
    expect(atob(a.slice(3)).length).toBe(48);
  });

  test('opens nothing under another name, however the names are cut', async () => {
    const seal = createSeal({ current: K1 });
    const part = fc.constantFrom('a', 'b', 'ab', '"', ',', '","', '', 'é');
    const names = fc.record({
      account: part,
      credential: part,
      params: fc.record({
        algorithm: fc.constantFrom('SHA1', 'SHA256'),
        digits: fc.constantFrom(6, 8),
        period: fc.constantFrom(1, 11),
        epoch: fc.constantFrom(0, 1),
      }),
    });
    let apart = 0;
    await fc.assert(
      fc.asyncProperty(names, names, async (one, other) => {
        const [mine, theirs] = [one, other].map((given) => nameOf(given as never));
        const sealed = await seal.close(secret(), mine);
        const same = JSON.stringify(one) === JSON.stringify(other);
        if (same) return;
        apart++;
        await expect(seal.open(sealed, theirs)).rejects.toMatchObject(ERR_SEAL);
      }),
    );
    expect(apart).toBeGreaterThan(80);
  });

  test('opens nothing where one part of the name is another, or ends elsewhere', async () => {
    const seal = createSeal({ current: K1 });
    const ana = { account: 'ana', credential: 'phone', params };
    const sealed = await seal.close(secret(), nameOf(ana));
    for (const other of [
      { ...ana, account: 'anna' },
      { ...ana, credential: 'key' },
      { ...ana, account: 'anap', credential: 'hone' },
      { ...ana, account: 'an', credential: 'aphone' },
      { ...ana, params: { ...params, algorithm: 'SHA256' as const } },
      { ...ana, params: { ...params, digits: 8 as const } },
      { ...ana, params: { ...params, period: 60 } },
      { ...ana, params: { ...params, epoch: 1 } },
    ]) {
      await expect(seal.open(sealed, nameOf(other))).rejects.toMatchObject(ERR_SEAL);
    }
    const same = { params: { ...params, extra: 1 }, credential: 'phone', account: 'ana', sealed };
    expect(await seal.open(sealed, nameOf(same))).toStrictEqual(secret());
  });

  test('opens nothing that was changed, in any bit', async () => {
    const seal = createSeal({ current: K1 });
    const sealed = await seal.close(secret(), name);
    const bytes = Array.from(atob(sealed.slice(3)), (letter) => letter.charCodeAt(0));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
      const text = `k1.${btoa(String.fromCharCode(...changed))}`;
      await expect(seal.open(text, name)).rejects.toMatchObject(ERR_SEAL);
    }
    for (const text of ['', 'k1', 'k1.', 'k1.!', '.', sealed.slice(0, -4)]) {
      await expect(seal.open(text, name)).rejects.toMatchObject(ERR_SEAL);
    }
  });

  test('is bound to its key’s id: the same key under another opens nothing', async () => {
    const sealed = await createSeal({ current: K1 }).close(secret(), name);
    const renamed = createSeal({ current: { ...K1, id: 'k9' } });
    const asIf = sealed.replace('k1.', 'k9.');
    for (const text of [sealed, asIf]) {
      await expect(renamed.open(text, name)).rejects.toMatchObject(ERR_SEAL);
    }
  });

  test('is made of ids and 32 bytes, copied, and no two of one id', async () => {
    for (const current of [
      { ...K1, id: '' },
      { ...K1, id: 'a.b' },
      { id: 'k', key: new Uint8Array(31) },
      { id: 'k', key: 'x'.repeat(32) as never },
      undefined as never,
    ]) {
      expect(() => createSeal({ current })).toThrow('a seal key is an id and 32 bytes');
    }
    expect(() => createSeal({ current: K1, older: [K1] })).toThrow('two seal keys have one id');
    const key = new Uint8Array(32).fill(5);
    const seal = createSeal({ current: { id: 'k', key } });
    key.fill(0);
    const sealed = await seal.close(secret(), name);
    const other = createSeal({ current: { id: 'k', key: new Uint8Array(32).fill(5) } });
    expect(await other.open(sealed, name)).toStrictEqual(secret());
  });
});

describe('a stored seed', () => {
  test('is no other account’s, credential’s or parameters’', async () => {
    const engine = memoryEngine();
    const stores = storesOver(engine, { seal: { current: K1 } });
    await stores.accounts.create({ id: 'ana', seeds: [seed()] });
    expect(await code(stores, 'ana')).toMatch(/^\d{6}$/);
    const stored = await read(engine, 'ana');
    const [phone] = stored.seeds;
    for (const changed of [
      { ...phone, credential: 'key' },
      { ...phone, params: { ...params, digits: 8 } },
      { ...phone, params: { ...params, period: 60 } },
      { ...phone, sealed: phone.sealed.replace('k1.', 'k2.') },
    ]) {
      await tamper(engine, 'ana', { ...stored, seeds: [changed] });
      await expect(code(stores, 'ana')).rejects.toMatchObject(ERR_SEAL);
    }
    await tamper(engine, 'ben', stored);
    await expect(code(stores, 'ben')).rejects.toMatchObject(ERR_SEAL);
    await tamper(engine, 'ana', stored);
    expect(await code(stores, 'ana')).toMatch(/^\d{6}$/);
  });

  test('is nowhere in the clear', async () => {
    const engine = memoryEngine();
    const stores = storesOver(engine, { seal: { current: K1 } });
    await stores.accounts.create({ id: 'ana', seeds: [seed()] });
    const text = JSON.stringify(await engine.list({ kind: 'account', limit: 9 }));
    const plain = String.fromCharCode(...secret());
    for (const canary of [
      plain,
      btoa(plain),
      '07'.repeat(20),
      'A4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYH',
    ]) {
      expect(text).not.toContain(canary);
    }
    expect(text).toContain('k1.');
  });
});

describe('checking the seal', () => {
  test('notes the key the first time, and knows it again', async () => {
    const engine = memoryEngine();
    await checkSeal(engine, { current: K1 });
    await checkSeal(engine, { current: K1 });
    await checkSeal(engine, { current: K2, older: [K1] });
    expect((await engine.list({ kind: 'seal', limit: 9 })).map(({ key }) => key)).toStrictEqual([
      'k1',
      'k2',
    ]);
  });

  test('fails for another key under its id, and for one that is missing, and changes nothing', async () => {
    const engine = memoryEngine();
    await checkSeal(engine, { current: K1 });
    const before = await engine.list({ kind: 'seal', limit: 9 });
    const another = 'the seal key k1 is not the one that sealed under this id';
    const missing = 'seeds may be sealed under the key k1, which was not given';
    for (const [options, message] of [
      [{ current: sealKey('k1', 99) }, another],
      [{ current: K2 }, missing],
      [{ current: K2, older: [sealKey('k1', 99)] }, another],
    ] as const) {
      const failed = await checkSeal(engine, {
        ...options,
        older: [...('older' in options ? options.older : [])],
      }).catch((error) => error);
      expect(failed).toMatchObject({ ...ERR_SEAL, message });
      const said = `${failed.message} ${failed.cause} ${JSON.stringify(failed)}`;
      expect(said).not.toMatch(/99,99|6363|Y2Nj/);
    }
    expect(await engine.list({ kind: 'seal', limit: 9 })).toStrictEqual(before);
  });

  test('lets no two begin with different keys, and leaves none of them behind', async () => {
    const engine = memoryEngine();
    const begun = await Promise.allSettled(
      [K1, K2].map((current) => checkSeal(engine, { current })),
    );
    const noted = await engine.list({ kind: 'seal', limit: 9 });
    expect(noted.length).toBe(begun.filter(({ status }) => status === 'fulfilled').length);
    expect(noted.length).toBeLessThan(2);
  });

  test('is done before the first seed is sealed, whoever forgot to ask', async () => {
    const engine = memoryEngine();
    await checkSeal(engine, { current: K1 });
    const stores = storesOver(engine, { seal: { current: K2 } });
    const made = stores.accounts.create({ id: 'ana', seeds: [seed()] });
    await expect(made).rejects.toMatchObject(ERR_SEAL);
    expect(await stores.accounts.find('ana')).toBe(undefined);
  });

  test('is asked again where the engine did not answer', async () => {
    const engine = memoryEngine();
    let down = true;
    const list: Engine['list'] = async (page) => {
      if (down) throw new Error('no answer');
      return engine.list(page);
    };
    const stores = storesOver({ ...engine, list }, { seal: { current: K1 } });
    await expect(stores.check()).rejects.toThrow('no answer');
    down = false;
    await stores.check();
  });
});

describe('rotation', () => {
  async function filled(count: number) {
    const engine = memoryEngine();
    const stores = storesOver(engine, { seal: { current: K1 } });
    for (let n = 0; n < count; n++) {
      await stores.accounts.create({ id: `a${n}`, authyId: `${n + 1}`, seeds: [seed()] });
    }
    return { engine, stores };
  }

  test('seals everything anew, and the older key is needed no more', async () => {
    const { engine } = await filled(250);
    expect(await resealAll(engine, { current: K2, older: [K1] })).toBe(250);
    expect(await resealAll(engine, { current: K2, older: [K1] })).toBe(0);
    await checkSeal(engine, { current: K2 });
    const stores = storesOver(engine, { seal: { current: K2 } });
    for (const id of ['a0', 'a99', 'a100', 'a249']) {
      expect(await code(stores, id)).toMatch(/^\d{6}$/);
      expect((await read(engine, id)).seeds[0].sealed).toMatch(/^k2\./);
    }
    expect((await stores.accounts.findByAuthyId('250'))?.id).toBe('a249');
    await expect(checkSeal(engine, { current: K1 })).rejects.toMatchObject(ERR_SEAL);
  });

  test('broken off, it is taken up again, and everything opens in between', async () => {
    const { engine } = await filled(9);
    let swaps = 0;
    const breaking: Engine = {
      ...engine,
      async swap(place, change) {
        if (place.kind === 'account' && ++swaps > 4) throw new Error('cut off');
        return engine.swap(place, change);
      },
    };
    const keys = { current: K2, older: [K1] };
    await expect(resealAll(breaking, keys)).rejects.toThrow('cut off');
    const between = storesOver(engine, { seal: keys });
    for (let n = 0; n < 9; n++) expect(await code(between, `a${n}`)).toMatch(/^\d{6}$/);
    // Without the older key nobody starts while it is needed.
    await expect(checkSeal(engine, { current: K2 })).rejects.toMatchObject(ERR_SEAL);
    expect(await resealAll(engine, keys)).toBe(5);
    await checkSeal(engine, { current: K2 });
  });

  test('loses nothing that is written meanwhile', async () => {
    const { engine, stores } = await filled(1);
    let wrote = false;
    const disturbed: Engine = {
      ...engine,
      async swap(place, change) {
        if (place.kind === 'account' && !wrote) {
          wrote = true;
          await stores.accounts.hold('a0', seed('key'));
        }
        return engine.swap(place, change);
      },
    };
    await resealAll(disturbed, { current: K2, older: [K1] });
    const after = await read(engine, 'a0');
    expect(after.seeds.map((one: { sealed: string }) => keyIdOf(one.sealed))).toStrictEqual([
      'k2',
      'k2',
    ]);
  });

  test('stops at a key that is missing, or is not the one', async () => {
    const { engine } = await filled(2);
    for (const older of [[], [K3], [sealKey('k1', 99)]]) {
      await expect(resealAll(engine, { current: K2, older })).rejects.toMatchObject(ERR_SEAL);
    }
    expect(await resealAll(engine, { current: K1 })).toBe(0);
  });

  test('wipes the keys that were unsealed before it', async () => {
    const { engine } = await filled(1);
    const keys = { current: K2, older: [K1] };
    const stores = storesOver(engine, { seal: keys });
    const kept = await (await stores.accounts.find('a0'))?.held[0]?.use((key) => key);
    await resealAll(engine, keys);
    expect(totp(kept!, { at: AT })).toMatch(/^\d{6}$/);
    expect(await code(stores, 'a0')).toMatch(/^\d{6}$/);
    expect(() => totp(kept!, { at: AT })).toThrow('the key was destroyed');
  });
});
