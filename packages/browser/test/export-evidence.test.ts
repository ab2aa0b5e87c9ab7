import { describe, expect, it } from 'vitest';
import { exportEvidence } from '../src/export-evidence.js';
import { AT, codeAt, createStage } from './custody-stage.js';

describe('evidence as a file', () => {
  it('has what is still to be told and settled, without digits', async () => {
    const ana = await createStage('device key');
    const { store, type } = await ana.tab({
      authority: { verify: down, status: down },
      policy: { mode: 'authority-first', liveDeadline: 30_000 },
    });
    const { id } = await type();
    const told = { id: 'd1', account: 'ana', credential: 'phone', step: 58, at: AT, tries: 0 };
    await store.write(['evidence'], ({ evidence }) => evidence.add({ ...told, openSince: AT }));
    expect(await ana.device.dump()).toContain(codeAt(AT));
    const file = await exportEvidence(store);
    const text = await file.text();
    expect(file.type).toBe('application/json');
    expect(text).not.toContain(codeAt(AT));
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      decisions: [{ id, account: 'ana', credential: 'phone', step: AT / 30_000 }],
      evidence: [{ ...told, openSince: AT }],
    });
  });

  it('leaves out what is settled', async () => {
    const ana = await createStage('device key');
    const { store, verifier, type } = await ana.tab();
    await type();
    ana.time.now += 600_000;
    expect(await verifier.reconcile()).toMatchObject({ lapsed: 1 });
    expect(JSON.parse(await (await exportEvidence(store)).text()).decisions).toStrictEqual([]);
  });
});

async function down(): Promise<never> {
  throw Object.assign(new Error('down'), { kind: 'down' });
}
