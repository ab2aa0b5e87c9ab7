// An approval is decided by a process of its own, which is killed before the application took it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { libsqlEngine } from '../../src/engines/libsql.js';
import { storesOver } from '../../src/index.js';
import type { Engine } from '../../src/stores/engine.js';
import { AUTHY, OPERATOR, serve } from '../served.js';
import { receiver } from './receiver.js';

const DOOMED = fileURLToPath(new URL('doomed.js', import.meta.url));
/** Longer than the claim of a dead process. */
const LATER = 30_000;

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'gateway.db');
}

async function startDoomed(args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  const child = fork(DOOMED, args, { execArgv: [], stdio: [...stdio] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the process ended by itself');
    }),
  ]);
  return { child, url };
}

/** Asks ana and has her approve; what came of her answer is the test's to await. */
async function decide(url: string) {
  const call = async (method: string, path: string, body: object) => {
    const headers = {
      Authorization: `Bearer ${OPERATOR}`,
      'X-Authy-API-Key': AUTHY,
      'Content-Type': 'application/json',
    };
    const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    return JSON.parse(await answer.text());
  };
  const user = { email: 'ana@a.example', cellphone: '3175550100', country_code: 1 };
  const made = await call('POST', '/protected/json/users/new', { user });
  const path = `/onetouch/json/users/${made.user.id}/approval_requests`;
  const { approval_request } = await call('POST', path, { message: 'Log in?' });
  const uuid: string = approval_request.uuid;
  const answered = call('PUT', `/v1/approval_requests/${uuid}`, { status: 'approved' });
  return { uuid, answered };
}

/** Another process on the same file; `look` is called whenever it looks for what is owed. */
async function serveNext(
  file: string,
  { url, now, look = () => {} }: { url: string; now: () => number; look?: () => void },
) {
  const engine = await libsqlEngine({ url: `file:${file}` });
  onTestFinished(() => engine.close());
  const looking: Engine = {
    ...engine,
    list(page) {
      if (page.group === 'approval/decided:owed') look();
      return engine.list(page);
    },
  };
  const seal = { current: { id: 'k1', key: new Uint8Array(32) } };
  const next = await serve({
    mode: 'authority',
    stores: storesOver(looking, { seal }),
    door: { callback: { url } },
    now,
  });
  const shown = async (uuid: string) =>
    (await next.call('GET', `/v1/approval_requests/${uuid}`)).body.callback;
  return { ...next, shown };
}

test.each([
  ['after it was decided and before anybody heard', ['early'], 0],
  ['while the application has the callback and did not answer', [], 1],
] as const)('killed %s, the next process tells the application', async (_, when, before) => {
  const { received, url, letGo } = await receiver([], { hold: true });
  const file = newFile();
  const doomed = await startDoomed([file, url, ...when]);
  const gone = once(doomed.child, 'exit');
  const { uuid, answered } = await decide(doomed.url);
  if (before === 0) {
    await expect(answered).rejects.toThrow('fetch failed');
  } else {
    expect(await answered).toStrictEqual({ uuid, status: 'approved' });
    await expect.poll(() => received.length).toBe(1);
    doomed.child.kill('SIGKILL');
  }
  expect(await gone).toStrictEqual([null, 'SIGKILL']);
  expect(received.length).toBe(before);
  letGo();
  const next = await serveNext(file, { url, now: () => Date.now() + LATER });
  await expect.poll(() => next.shown(uuid)).toBe('told');
  expect(await next.gateway.callbacks?.tell()).toStrictEqual({ owed: 0 });
  const [last, ...more] = received.slice(before);
  expect([last?.params.uuid, last?.params.status, more]).toStrictEqual([uuid, 'approved', []]);
  const genuine = (change: object = {}) => last?.genuine(Date.now() + LATER, change);
  expect([genuine(), genuine({ apiKey: OPERATOR })]).toStrictEqual([true, false]);
});

test('of two processes that live one tells it, however often the other looks', async () => {
  const { received, url, letGo } = await receiver([], { hold: true });
  const file = newFile();
  const first = await startDoomed([file, url]);
  const { uuid, answered } = await decide(first.url);
  await answered;
  await expect.poll(() => received.length).toBe(1);
  let looks = 0;
  const look = () => void looks++;
  const next = await serveNext(file, { url, now: Date.now, look });
  await expect.poll(() => looks).toBeGreaterThan(1);
  expect(await next.shown(uuid)).toBe('owed');
  letGo();
  await expect.poll(() => next.shown(uuid)).toBe('told');
  expect(received.map(({ params }) => params.uuid)).toStrictEqual([uuid]);
});

test('a server sends again by itself what was not taken', async () => {
  const { received, url } = await receiver([404, 404]);
  const file = newFile();
  const clock = { at: Date.now() };
  let looks = 0;
  const look = () => void looks++;
  const next = await serveNext(file, { url, now: () => clock.at, look });
  // It found nothing, and looks again in a minute unless it is woken.
  await expect.poll(() => looks).toBe(1);
  const { uuid, answered } = await decide(next.url);
  await answered;
  for (const [sent, pause] of [
    [1, 2000],
    [2, 4000],
  ] as const) {
    await expect.poll(() => received.length).toBe(sent);
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(sent);
    expect(await next.shown(uuid)).toBe('owed');
    clock.at += pause;
  }
  await expect.poll(() => next.shown(uuid)).toBe('told');
  expect(received.length).toBe(3);
});
