/** A slice of each race, small enough for every test run; `npm run race` is the whole. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Gateways } from '../src/race/field.js';
import { race } from '../src/race/race.js';
import { playRound } from '../src/race/round.js';
import { ifInstalled } from '../src/race/servers/process.js';
import { SUBJECTS } from '../src/race/subjects.js';
import { faults, type Raced } from '../src/race/verdict.js';

const SLICE = { clients: 200, rounds: 20, control: 3, killed: 4, seed: 1 };

describe.each(Object.entries(SUBJECTS))('a code over %s', (name, start) => {
  test('is accepted once of two hundred times at once, by two processes, killed or not', async ({
    skip,
  }) => {
    const subject = await ifInstalled(start);
    if (!subject) return skip(`${name} is not installed`);
    try {
      const raced = await race(subject.field, SLICE);
      expect(faults(raced)).toStrictEqual([]);
    } finally {
      await subject.stop();
    }
  }, 600_000);
});

test('a round ends where a request is answered that never came as far as the barrier', async () => {
  let verified = 0;
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('/verify')) return response.writeHead(201).end();
    // The second is refused; the others wait for good.
    if (++verified === 2) response.writeHead(503).end('{"reason":"unavailable"}');
    return response;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateways = {
    urls: () => [url],
    hold: async () => {},
    full: () => new Promise<void>(() => {}),
  };
  const round = playRound(gateways as Partial<Gateways> as Gateways, {
    clients: 4,
    account: 'race-0',
  });
  try {
    await expect(round).rejects.toThrow('a request was answered that was to be held: unavailable');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('what a race shows', () => {
  const good: Raced = {
    engine: 'e',
    clients: 4,
    race: { rounds: 2, accepted: { 1: 2 }, answers: { accepted: 2, replayed: 6 } },
    control: { rounds: 1, accepted: { 3: 1 }, answers: { accepted: 3, replayed: 1 } },
    killed: { rounds: 2, accepted: { 0: 1, 1: 1 }, answers: {}, winnerLost: 1, unanswered: 0 },
  };

  test.each<[string, Partial<Raced>, RegExp]>([
    ['two in a round', { race: { ...good.race, accepted: { 1: 1, 2: 1 } } }, /exactly one/],
    ['none in a round', { race: { ...good.race, accepted: { 0: 1, 1: 1 } } }, /exactly one/],
    [
      'requests that never raced',
      { race: { ...good.race, answers: { accepted: 2, replayed: 5, throttled: 1 } } },
      /neither/,
    ],
    ['a control that finds nothing', { control: { ...good.race } }, /INVALID/],
    ['two with a kill', { killed: { ...good.killed, accepted: { 0: 1, 2: 1 } } }, /more than one/],
    ['a winner nobody held', { killed: { ...good.killed, winnerLost: 0 } }, /no winner was lost/],
  ])('is wrong with %s', (_, wrong, complaint) => {
    expect(faults(good)).toStrictEqual([]);
    expect(faults({ ...good, ...wrong }).join()).toMatch(complaint);
  });
});
