import { expect, test } from 'vitest';
import { createInFlight } from '../src/in-flight.js';

/** Work that ends when it is told to. */
function work() {
  let end = () => {};
  let fail = () => {};
  const done = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error('disk full'));
  });
  return { done, end, fail };
}

/** What has been said once everything that was ready has run. */
async function after(said: string[]): Promise<string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return said;
}

test('whoever waits hears when all is done that was under way, in whatever order that ends', async () => {
  const under = createInFlight();
  const [first, second, third] = [work(), work(), work()];
  const said: string[] = [];
  under.add(first.done);
  under.add(second.done);
  void under.settled().then(() => said.push('two'));
  under.add(third.done);
  void under.settled().then(() => said.push('three'));
  third.end();
  expect(await after(said)).toStrictEqual([]);
  first.end();
  expect(await after(said)).toStrictEqual([]);
  expect(under.size).toBe(1);
  second.end();
  expect(await after(said)).toStrictEqual(['two', 'three']);
  expect(under.size).toBe(0);
});

test('what began later keeps nobody waiting', async () => {
  const under = createInFlight();
  const [first, endless] = [work(), work()];
  const said: string[] = [];
  under.add(first.done);
  void under.settled().then(() => said.push('settled'));
  under.add(endless.done);
  void under.none().then(() => said.push('none'));
  expect(await after(said)).toStrictEqual([]);
  first.end();
  expect(await after(said)).toStrictEqual(['settled']);
});

test('work that fails is done, and its failure is told to whoever gave it', async () => {
  const under = createInFlight();
  const failing = work();
  const given = under.add(failing.done);
  const settled = under.settled();
  failing.fail();
  await settled;
  await expect(given).rejects.toThrow('disk full');
});

test('none waits for what began while it waited, and nothing under way is waited for at once', async () => {
  const under = createInFlight();
  await under.settled();
  await under.none();
  const [first, second] = [work(), work()];
  const said: string[] = [];
  under.add(first.done.finally(() => void under.add(second.done)));
  void under.none().then(() => said.push('none'));
  first.end();
  expect(await after(said)).toStrictEqual([]);
  second.end();
  expect(await after(said)).toStrictEqual(['none']);
});
