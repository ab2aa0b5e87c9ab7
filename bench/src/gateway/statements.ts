/** What a verification asks of its engines, statement by statement, and the same once more without it. */
import type { Cells, Engine, Marks, Page, Place } from '@driftlock/gateway';

/** Which of a gateway's engines a statement went to. */
export type Where = 'ledger' | 'rest';

/** One call of an engine is one statement of its driver. */
export type Statement = { where: Where } & (
  | { does: 'read'; place: Place }
  | { does: 'list'; page: Page }
  | { does: 'insert' | 'update'; place: Place; value: string; marks: Marks }
  | { does: 'remove'; place: Place }
);

/** Cells that note in `log` whatever they are asked. */
export function tracedCells(cells: Cells, log: Statement[], where: Where): Cells {
  return {
    read(place) {
      log.push({ where, does: 'read', place });
      return cells.read(place);
    },
    swap(place, change) {
      log.push({ where, ...written(place, change) });
      return cells.swap(place, change);
    },
  };
}

/** An engine that does. */
export function tracedEngine(engine: Engine, log: Statement[]): Engine {
  return {
    ...engine,
    ...tracedCells(engine, log, 'rest'),
    list(page) {
      log.push({ where: 'rest', does: 'list', page });
      return engine.list(page);
    },
  };
}

type Written = Statement extends infer One
  ? One extends { does: 'insert' | 'update' | 'remove' }
    ? Omit<One, 'where'>
    : never
  : never;

function written(place: Place, { from, to }: Parameters<Cells['swap']>[1]): Written {
  if (!to) return { does: 'remove', place };
  const { value, version: _, ...marks } = to;
  return { does: from === undefined ? 'insert' : 'update', place, value, marks };
}

export interface Engines {
  ledger: Cells;
  rest: Engine;
}

/**
 * Sends the statements one after the other, each of its kind, with a value as long and marked alike,
 * to records that belong to `account` of nobody: an update changes what is there, an insert finds
 * nothing. What should be true of a statement and is not, throws.
 */
export function createReplay(engines: Engines) {
  const versions = new Map<string, string>();
  let inserted = 0;

  async function swap(
    { where, does, ...statement }: Extract<Statement, { does: 'insert' | 'update' }>,
    account: string,
  ): Promise<void> {
    const { place, value, marks } = statement;
    const key = does === 'insert' ? freshKey(place, account) : `floor ${account}`;
    const name = `${where} ${place.kind} ${key}`;
    const from = versions.get(name);
    const version = crypto.randomUUID();
    const to = { value, version, ...marks };
    const change = from === undefined ? { to } : { from, to };
    if (!(await engines[where].swap({ kind: place.kind, key }, change))) {
      throw new Error('a statement of the floor did nothing');
    }
    if (does === 'update') versions.set(name, version);
  }

  /** As random as a decision's, or the next of an account's, as an event's. */
  function freshKey({ kind }: Place, account: string): string {
    const number = String(++inserted).padStart(12, '0');
    return kind === 'decision' ? crypto.randomUUID() : `floor ${account}/${number}`;
  }

  return async (statements: readonly Statement[], account: string): Promise<void> => {
    for (const statement of statements) {
      const { where } = statement;
      if (statement.does === 'list') await engines.rest.list(statement.page);
      else if (statement.does === 'read') {
        const { kind } = statement.place;
        await engines[where].read({ kind, key: account });
      } else if (statement.does === 'remove') throw new Error('a verification removes nothing');
      else await swap(statement, account);
    }
  };
}
