/** The simulations in tables. */
import type { Cell, Errors, Look } from './cell.js';
import type { Measured } from './run.js';

type Column = [head: string, show: (look: Look) => string];

/** Median and p95 after so many logins. */
export function errorTable({ cells }: Measured): string {
  const looks = (cells[0]?.looks ?? []).map(({ logins }) => logins);
  return table(
    ['Scenario', ...looks.map((logins) => (logins === 1 ? '1 login' : `${logins} logins`))],
    cells
      .filter(({ kind }) => kind !== 'strained')
      .map(({ name, looks: all }) => [name, ...all.map(({ ours }) => show(ours))]),
  );
}

/** Ours beside the others', after 8 logins. */
export function othersTable({ cells }: Measured): string {
  const names = ['midpoint', 'LinOTP', 'libpam', 'privacyIDEA'];
  const of = (name: string): Column => [name, ({ others }) => show(others[name])];
  return lookTable(cells, 8, [['ours', ({ ours }) => show(ours)], ...names.map(of)]);
}

/** What holds where the assumptions do. */
export function coverageTable({ cells, trials }: Measured): string {
  const [kept, looks] = [cells.filter(({ kind }) => kind !== 'strained'), [4, 8, 32]];
  const head = ['Scenario', ...looks.map((logins) => `${logins}: width, unstable`)];
  const covered = Math.min(...kept.flatMap((cell) => cell.looks.map((look) => look.covered)));
  const often = covered === 1 ? 'all' : `at least ${percent(covered)}`;
  return [
    table(
      head,
      kept.map(({ name, looks: all }) => [
        name,
        ...looks.map((logins) => {
          const { width, unstable } = all.find((look) => look.logins === logins)!;
          return `${width.toFixed(0)} s, ${percent(unstable)}`;
        }),
      ]),
    ),
    '',
    `The true offset lay inside in ${often} of the ${trials.toLocaleString('en')} trials of every cell.`,
  ].join('\n');
}

/** What becomes of it where they don't. */
export function strainedTable({ cells }: Measured): string {
  const strained = cells.filter(({ kind }) => kind === 'strained');
  const looks = [1, 4, 8, 32];
  const row = (cell: Cell, what: (look: Look) => number): string =>
    looks.map((n) => percent(what(cell.looks.find((look) => look.logins === n)!))).join(', ');
  return table(
    [
      `After ${looks.join(', ')} logins`,
      'covered',
      'unstable',
      '**silently wrong**',
      'plain: wrong',
    ],
    strained.map((cell) => [
      cell.name,
      row(cell, ({ covered }) => covered),
      row(cell, ({ unstable }) => unstable),
      row(cell, ({ wrong }) => wrong),
      row(cell, ({ plainWrong }) => plainWrong),
    ]),
  );
}

export function ratchetTable({ ratchet }: Measured): string {
  return table(
    ['Seconds moved', 'older codes', 'consecutive', 'edge, in a day', 'edge, in 30 days'],
    ratchet.map(({ name, older, consecutive, edge }) =>
      [name, older, consecutive, edge.day, edge.all].map((cell) => cell.toLocaleString('en')),
    ),
  );
}

export function forecastTable({ forecasts }: Measured): string {
  return table(
    ['Clock', 'foretold', 'wrong by, of the time left: median', 'p95'],
    forecasts.map(({ name, foretold, error }) => [
      name,
      percent(foretold),
      ...[error?.median, error?.p95].map((share) => (share === undefined ? '' : percent(share))),
    ]),
  );
}

function lookTable(cells: readonly Cell[], logins: number, columns: Column[]): string {
  return table(
    ['Scenario', ...columns.map(([head]) => head)],
    cells
      .filter(({ kind }) => kind !== 'strained')
      .map(({ name, looks }) => {
        const look = looks.find((one) => one.logins === logins)!;
        return [name, ...columns.map(([, cell]) => cell(look))];
      }),
  );
}

function show(error: Errors | undefined): string {
  return error ? `${error.median.toFixed(1)} / ${error.p95.toFixed(1)}` : '';
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

function table(head: string[], rows: string[][]): string {
  const line = (row: string[]): string => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
