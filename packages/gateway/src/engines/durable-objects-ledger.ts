/** The ledger as Durable Objects: one for each account, and an operation is one call. */
import { type AccountState, EMPTY_ACCOUNT, type Ledger, ledgerOver } from '@driftlock/verifier';
import {
  answer,
  call,
  DEADLINE,
  type ObjectNamespace,
  type ObjectState,
} from './durable-objects-call.js';

/**
 * An account's ledger as a Durable Object with SQLite; export it from your Worker and bind it.
 *
 * An operation reads, decides and writes without a pause, so that nothing comes between; the runtime
 * holds the answer back until the write is durable.
 */
export class LedgerObject {
  readonly #ledger: Ledger;

  constructor({ storage: { sql } }: ObjectState) {
    sql.exec(`CREATE TABLE IF NOT EXISTS account
      (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL)`);
    this.#ledger = ledgerOver(async (_name, reduce) => {
      const [row] = sql.exec('SELECT state FROM account').toArray() as { state: string }[];
      const before: AccountState = row ? JSON.parse(row.state) : EMPTY_ACCOUNT;
      const { state, result } = reduce(before);
      if (state !== before) {
        sql.exec(
          'INSERT OR REPLACE INTO account (one, state) VALUES (1, ?)',
          JSON.stringify(state),
        );
      }
      return result;
    });
  }

  /** Called by `durableObjectLedger` alone. */
  fetch(request: Request): Promise<Response> {
    return answer(request, { ...this.#ledger });
  }
}

/**
 * The ledger behind a namespace of {@link LedgerObject}. An operation is one call, to wherever the account's
 * object lives. Rejects where it does not answer within `deadline` milliseconds (5,000).
 *
 * @example
 * const ledger = durableObjectLedger(env.LEDGER);
 */
export function durableObjectLedger(
  namespace: ObjectNamespace,
  { deadline = DEADLINE }: { deadline?: number } = {},
): Ledger {
  const ask = <Result>(name: string, method: keyof Ledger, args: unknown[]): Promise<Result> =>
    call(namespace, { name, method, args, deadline }) as Promise<Result>;
  return {
    take: (account, options = {}) => ask(account, 'take', [account, options]),
    consume: (use) => ask(use.account, 'consume', [use]),
    giveBack: (account, what) => ask(account, 'giveBack', [account, what]),
    latch: (account, change) => ask(account, 'latch', [account, change]),
    state: (account) => ask(account, 'state', [account]),
  };
}
