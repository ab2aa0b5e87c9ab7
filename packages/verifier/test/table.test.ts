import { describe, expect, test } from 'vitest';
import { decide, type Facts, type Next } from '../src/table.js';

const facts = (more: Partial<Facts>): Facts => ({
  verdict: 'valid',
  attempt: 'taken',
  mode: 'local-first',
  authority: true,
  clockSafe: true,
  latched: false,
  ...more,
});

const reject = (row: string, reason: string, more: object = {}): object => ({
  row,
  do: 'reject',
  reason,
  ...more,
});
const unruled = { unruled: true };
const diagnose = { diagnose: true };

const rows: [string, Partial<Facts>, object][] = [
  ['1', { verdict: 'malformed' }, reject('1', 'malformed')],
  ['1', { attempt: 'throttled' }, reject('1', 'throttled')],
  ['1', { attempt: 'locked', verdict: 'replayed' }, reject('1', 'locked')],
  ['2', { verdict: 'replayed' }, reject('2', 'replayed')],
  ['2, latched', { verdict: 'replayed', latched: true }, reject('2', 'replayed')],
  ['3', { authority: false }, { row: '3', do: 'confirm', by: 'local' }],
  ['3', { authority: false, verdict: 'not-held' }, reject('3', 'unknown-user')],
  ['3', { authority: false, verdict: 'mismatch' }, reject('3', 'mismatch', diagnose)],
  ['3', { authority: false, clockSafe: false }, reject('3', 'clock-unsafe', unruled)],
  ['3, latched', { authority: false, latched: true }, reject('3', 'unavailable', unruled)],
  ['4', { verdict: 'mismatch' }, { row: '4', do: 'ask' }],
  ['4', { verdict: 'not-held' }, { row: '4', do: 'ask' }],
  ['4', { verdict: 'mismatch', answer: 'valid' }, { row: '4', do: 'confirm', by: 'authority' }],
  [
    '5',
    { verdict: 'mismatch', answer: 'invalid', invalid: 'mismatch' },
    reject('5', 'mismatch', diagnose),
  ],
  [
    '5, nothing held to explain with',
    { verdict: 'not-held', answer: 'invalid', invalid: 'mismatch' },
    reject('5', 'mismatch'),
  ],
  ['5', { verdict: 'mismatch', answer: 'invalid', invalid: 'reused' }, reject('5', 'replayed')],
  ['5', { verdict: 'mismatch', answer: 'invalid', invalid: 'suspended' }, reject('5', 'suspended')],
  [
    '5',
    { verdict: 'not-held', answer: 'invalid', invalid: 'unknown-user' },
    reject('5', 'unknown-user'),
  ],
  ...(['down', 'ambiguous', 'refused', 'pending'] as const).flatMap(
    (answer): [string, Partial<Facts>, object][] => [
      [`6, ${answer}`, { verdict: 'mismatch', answer }, reject('6', 'unavailable', diagnose)],
      [`6, ${answer}`, { verdict: 'not-held', answer }, reject('6', 'unavailable', unruled)],
      [`7, ${answer}`, { clockSafe: false, answer }, reject('7', 'unavailable', unruled)],
      [`7, ${answer}`, { latched: true, answer }, reject('7', 'unavailable', unruled)],
    ],
  ),
  ['6, offline', { verdict: 'mismatch', mode: 'offline' }, reject('6', 'mismatch', diagnose)],
  ['6, offline', { verdict: 'not-held', mode: 'offline' }, reject('6', 'mismatch')],
  ['7', { clockSafe: false }, { row: '7', do: 'ask' }],
  ['7', { latched: true }, { row: '7', do: 'ask' }],
  ['7', { latched: true, answer: 'valid' }, { row: '7', do: 'confirm', by: 'authority' }],
  ['7', { latched: true, answer: 'invalid', invalid: 'suspended' }, reject('7', 'suspended')],
  ['7, offline', { latched: true, mode: 'offline' }, reject('7', 'unavailable', unruled)],
  ['7, offline', { clockSafe: false, mode: 'offline' }, reject('7', 'unavailable', unruled)],
  ['8', { mode: 'authority-first' }, { row: '8', do: 'ask' }],
  ['8', { mode: 'authority-first', answer: 'valid' }, { row: '8', do: 'confirm', by: 'authority' }],
  [
    '8',
    { mode: 'authority-first', answer: 'invalid', invalid: 'mismatch' },
    reject('8', 'mismatch', { contradiction: true }),
  ],
  [
    '9',
    { mode: 'authority-first', answer: 'down' },
    { row: '9', do: 'provisional', asks: 'later' },
  ],
  [
    '9, nothing left',
    { mode: 'authority-first', answer: 'down', spent: true },
    reject('9', 'unavailable', unruled),
  ],
  [
    '10',
    { mode: 'authority-first', answer: 'ambiguous' },
    { row: '10', do: 'provisional', asks: 'later' },
  ],
  ['11', { mode: 'authority-first', answer: 'refused' }, reject('11', 'unavailable', unruled)],
  [
    '11b',
    { mode: 'authority-first', answer: 'pending' },
    { row: '11b', do: 'provisional', asks: 'later' },
  ],
  ['12', {}, { row: '12', do: 'provisional', asks: 'now' }],
  ['12, nothing left', { spent: true }, { row: '8', do: 'ask' }],
  [
    '12, nothing left',
    { spent: true, answer: 'valid' },
    { row: '8', do: 'confirm', by: 'authority' },
  ],
  ['12, nothing left', { spent: true, answer: 'down' }, reject('9', 'unavailable', unruled)],
  ['13', { mode: 'offline' }, { row: '13', do: 'provisional', asks: 'later' }],
  ['13', { mode: 'offline', authority: false }, { row: '13', do: 'provisional', asks: 'later' }],
  ['13, nothing left', { mode: 'offline', spent: true }, reject('13', 'unavailable', unruled)],
];

describe('the decision table, row', () => {
  test.each(rows)('%s: %j', (_row, given, expected) => {
    expect(decide(facts(given))).toStrictEqual(expected);
  });
});

/** Every combination of facts there is. */
function* everything(): Generator<Facts> {
  const answers = ['valid', 'invalid', 'pending', 'down', 'ambiguous', 'refused', undefined];
  const verdicts = ['malformed', 'valid', 'replayed', 'mismatch', 'not-held'];
  const yesNo = [true, false];
  for (const verdict of verdicts)
    for (const attempt of ['taken', 'throttled', 'locked'])
      for (const mode of ['local-first', 'authority-first', 'offline'])
        for (const authority of yesNo)
          for (const clockSafe of yesNo)
            for (const latched of yesNo)
              for (const spent of yesNo)
                for (const answer of answers) {
                  const said = answer === undefined ? {} : { answer };
                  yield {
                    verdict,
                    attempt,
                    mode,
                    authority,
                    clockSafe,
                    latched,
                    spent,
                    ...said,
                  } as Facts;
                }
}

const accepts = (next: Next): boolean => next.do === 'confirm' || next.do === 'provisional';

describe('whatever the facts', () => {
  test('nothing is accepted without a yes, local or the authority’s', () => {
    for (const given of everything()) {
      const next = decide(given);
      if (!accepts(next)) continue;
      const said = given.verdict === 'valid' || given.answer === 'valid';
      expect({ given, said }).toStrictEqual({ given, said: true });
    }
  });

  test('an authority that answered no, or refused, is never overruled', () => {
    for (const given of everything()) {
      const spoken = given.answer === 'invalid' || given.answer === 'refused';
      const asked = given.authority && given.mode !== 'offline';
      // Local-first says yes before anybody is asked: with an answer in hand it is past that.
      if (!spoken || !asked || (given.mode === 'local-first' && !given.spent)) continue;
      expect({ given, yes: accepts(decide(given)) }).toStrictEqual({ given, yes: false });
    }
  });

  test('an unsafe clock or a latched account accepts nothing but the authority’s yes', () => {
    for (const given of everything()) {
      if (given.clockSafe && !given.latched) continue;
      const next = decide(given);
      if (!accepts(next)) continue;
      expect(next).toMatchObject({ do: 'confirm', by: 'authority' });
      expect(given.answer).toBe('valid');
    }
  });

  test('nothing spent is provisional, and nothing malformed, throttled or replayed is accepted', () => {
    for (const given of everything()) {
      const next = decide(given);
      if (given.spent) expect(next.do).not.toBe('provisional');
      if (given.attempt !== 'taken' || ['malformed', 'replayed'].includes(given.verdict)) {
        expect(next.do).toBe('reject');
      }
    }
  });
});
