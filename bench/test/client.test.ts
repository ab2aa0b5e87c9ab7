// The client run's own parts; it times nothing that anybody relies on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureCalls, summarize } from '../src/client/calls.js';
import { type FarSide, GOOD, startServer } from '../src/client/server.js';
import { FLOOR, OURS, SUBJECTS, versions } from '../src/client/subjects.js';
import { clientTable } from '../src/client/table.js';

let server: FarSide;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const NAMES = [FLOOR, OURS, 'authy', 'authy-client'];

describe('every client', () => {
  test.each(Object.entries(SUBJECTS))('%s tells a good token from a wrong one', async (_, make) => {
    const verify = await make(server.url);
    expect([await verify(GOOD), await verify('7654321')]).toStrictEqual([true, false]);
  });

  test.each(Object.entries(SUBJECTS))(
    '%s keeps its connection from call to call',
    async (_, make) => {
      const verify = await make(server.url);
      const before = server.connections();
      for (let call = 0; call < 20; call++) await verify(GOOD);
      expect(server.connections() - before).toBeLessThan(5);
    },
  );

  test('is measured as often as the others', async () => {
    const plan = { url: server.url, good: true, rounds: 2, warmUp: 1 };
    const measured = await measureCalls(plan);
    expect(measured.map(({ name }) => name)).toStrictEqual(NAMES);
    expect(measured[0]).toMatchObject({ ofFetch: 1, paired: 1, added: 0 });
  });

  test('is not measured where it answers wrongly', async () => {
    const liar = { url: `${server.url}/elsewhere`, good: true, rounds: 1, warmUp: 1 };
    await expect(measureCalls(liar)).rejects.toThrow('bare fetch is wrong about a token');
  });
});

test('ratios are of medians and of pairs, and what is added is a median of differences', () => {
  const rounds = { [FLOOR]: [100, 200, 300], [OURS]: [150, 220, 900] };
  expect(summarize(rounds)[1]).toStrictEqual({
    name: OURS,
    nanoseconds: 220,
    ofFetch: 1.1,
    paired: 1.5,
    added: 50,
  });
});

test('the table has a row for each client and the versions of the peers', () => {
  const clients = NAMES.map((name, i) => {
    const ratio = 1 + i / 10;
    return { name, nanoseconds: 1000 * ratio, ofFetch: ratio, paired: ratio, added: i * 100 - 200 };
  });
  const table = clientTable({
    rounds: 3,
    versions: versions(),
    cells: [{ cell: 'http, valid', clients }],
    first: NAMES.map((name, i) => ({ name, milliseconds: 40 * (i + 1), ofFetch: i + 1 })),
    connections: Object.fromEntries(NAMES.map((name) => [name, 1])),
  });
  expect(table.split('\n')).toStrictEqual([
    '|  | http, valid | first of a process | connections for 100 |',
    '| --- | --- | --- | --- |',
    '| bare fetch | 1 | 1.00 | 1 |',
    '| driftlock | 1.10 (−0.10) | 2.00 | 1 |',
    '| authy 1.4.0 | 1.20 (+0.00) | 3.00 | 1 |',
    '| authy-client 1.1.4 | 1.30 (+0.10) | 4.00 | 1 |',
  ]);
});
