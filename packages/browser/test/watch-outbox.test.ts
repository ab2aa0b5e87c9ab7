import { describe, expect, it, onTestFinished } from 'vitest';
import { type OutboxView, watchOutbox } from '../src/watch-outbox.js';
import { AT, answers, createScene, cut, through } from './sync-stage.js';

const LAPSED = 91_000;
const LOCAL = { policy: { mode: 'local-first', liveDeadline: 30_000 } } as const;

/** What an observer in another tab has seen last. */
async function watch(scene: Awaited<ReturnType<typeof createScene>>, limit = 100) {
  const { store } = await scene.tab();
  const seen: OutboxView[] = [];
  const errors: unknown[] = [];
  const watching = watchOutbox(store, { limit, now: () => scene.time.now }).subscribe({
    next: (view) => void seen.push(view),
    error: (error) => void errors.push(error),
  });
  onTestFinished(() => watching.unsubscribe());
  const last = () => seen.at(-1);
  return { seen, errors, last, counts: () => expect.poll(() => last()?.counts) };
}

describe('the outbox, watched in another tab', () => {
  it('shows each decision from its acceptance to its end, and never its digits', async () => {
    const scene = await createScene();
    const { counts, last, seen } = await watch(scene);
    await counts().toStrictEqual({ open: 0, settled: 0, untold: 0, dead: 0 });
    expect(last()).toStrictEqual({
      ...{ open: [], settled: [], untold: [], dead: [], paused: [] },
      counts: { open: 0, settled: 0, untold: 0, dead: 0 },
    });
    const tab = await scene.tab(LOCAL);
    scene.world.wire = cut;
    const code = scene.codeOf('ana');
    const { id } = await scene.type(tab);
    expect(await scene.device.dump()).toContain(code);
    await counts().toStrictEqual({ open: 1, settled: 0, untold: 0, dead: 0 });
    await expect.poll(() => last()?.open[0]?.sent).toBe('maybe');
    expect(last()).toMatchObject({ open: [{ id, account: 'ana' }], oldest: AT });
    scene.time.now += LAPSED;
    await tab.drain();
    await counts().toStrictEqual({ open: 0, settled: 1, untold: 1, dead: 0 });
    await expect.poll(() => last()?.nextTry).toBe(AT + LAPSED + 1000);
    expect(last()).toMatchObject({ settled: [{ id, settlement: 'ambiguous' }], untold: [{ id }] });
    scene.world.wire = answers('/v1/evidence', 422, { code: 'bad-field' });
    await tab.drain();
    await counts().toStrictEqual({ open: 0, settled: 1, untold: 0, dead: 1 });
    expect(last()).toMatchObject({ dead: [{ id, why: 'malformed' }] });
    expect(JSON.stringify(seen)).not.toContain(code);
  });

  it('names accounts that wait for another token', async () => {
    const scene = await createScene();
    const { last } = await watch(scene);
    await (await scene.tab()).drain(true, { token: () => undefined });
    await expect.poll(() => last()?.paused).toStrictEqual(['ana']);
  });

  it('lists no more than it is asked for, and counts them all', async () => {
    const scene = await createScene();
    const { last, counts } = await watch(scene, 2);
    const tab = await scene.tab();
    scene.world.wire = cut;
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      ids.push((await scene.type(tab)).id);
      scene.nextStep();
    }
    await counts().toMatchObject({ open: 4 });
    expect(last()?.open.map(({ id }) => id)).toStrictEqual(ids.slice(0, 2));
    scene.world.wire = through;
  });

  it('says that its store can’t be read', async () => {
    const scene = await createScene();
    const { store } = await scene.tab();
    store.close();
    const errors: unknown[] = [];
    const watching = watchOutbox(store).subscribe({ error: (error) => void errors.push(error) });
    onTestFinished(() => watching.unsubscribe());
    await expect.poll(() => errors).toMatchObject([{ code: 'ERR_STORE_CLOSED' }]);
  });
});
