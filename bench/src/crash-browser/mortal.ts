/** A tab that dies in the middle of its work: at a step that was drawn, nothing of it happens any more. */
import {
  IDBDatabase,
  type IDBFactory,
  IDBKeyRange,
  IDBRequest,
  IDBTransaction,
} from 'fake-indexeddb';

/** A record read or written, a transaction just committed, a request about to leave, its answer there. */
export type Step = 'record' | 'commit' | 'request' | 'answer';

/**
 * Its steps are the database's answers, each transaction's end, each request to the gateway before it
 * leaves and after its answer arrived. What it had not committed is rolled back, as an engine does.
 */
export class Mortal {
  readonly died: Promise<void>;
  /** Where it was when it died. */
  diedAt: Step | undefined;
  dead = false;
  steps = 0;
  readonly #diesAt: number;
  #tellDeath: () => void = () => {};
  readonly #databases = new Set<IDBDatabase>();

  constructor(diesAt: number = Number.POSITIVE_INFINITY) {
    this.#diesAt = diesAt;
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
  }

  /** One step further; `false` where it is not taken any more. */
  step(kind: Step): boolean {
    if (this.dead) return false;
    this.steps += 1;
    if (this.steps < this.#diesAt) return true;
    this.dead = true;
    this.diedAt = kind;
    for (const database of this.#databases) abandon(database);
    this.#tellDeath();
    return false;
  }

  holds(database: IDBDatabase): void {
    this.#databases.add(database);
    OWNERS.set(database, this);
  }

  /** The same database through this tab's eyes. */
  engine(factory: IDBFactory): { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange } {
    const indexedDB = {
      open: (...named: Parameters<IDBFactory['open']>) => {
        const request = factory.open(...named);
        OPENERS.set(request, this);
        return request;
      },
      deleteDatabase: (name: string) => factory.deleteDatabase(name),
      databases: () => factory.databases(),
      cmp: (first: unknown, second: unknown) => factory.cmp(first, second),
    };
    return { indexedDB: indexedDB as IDBFactory, IDBKeyRange };
  }

  /** The line to the gateway. */
  fetch(onward: (request: Request) => Promise<Response>): typeof fetch {
    return async (...asked) => {
      if (!this.step('request')) return never();
      const response = await onward(new Request(...asked));
      return this.step('answer') ? response : never();
    };
  }
}

/** What nobody is there to wait for. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

const OWNERS = new WeakMap<object, Mortal>();
const OPENERS = new WeakMap<object, Mortal>();

/** What an engine does with a process that is gone: its transactions are undone, its connection is closed. */
function abandon(database: IDBDatabase): void {
  const raw = (database as unknown as RawDatabase)._rawDatabase;
  for (const transaction of [...raw.transactions]) {
    if (transaction.db === database && transaction._state !== 'finished') transaction._abort(null);
  }
  raw.connections = raw.connections.filter((connection) => connection !== database);
}

interface RawDatabase {
  _rawDatabase: {
    transactions: { db: IDBDatabase; _state: string; _abort(name: null): void }[];
    connections: IDBDatabase[];
    processTransactions(): void;
  };
}

type Target = {
  dispatchEvent(event: Event): boolean;
  db?: IDBDatabase;
  transaction?: { db: IDBDatabase } | null;
  result?: IDBDatabase;
  _prioritizedListeners?: Map<string, () => void>;
};

const KINDS = new Map<string, Step>([
  ['success', 'record'],
  ['complete', 'commit'],
]);

/** Lets mortal tabs count what the engine tells them, and hear nothing once they are dead. */
function countSteps(prototype: Target): void {
  const { dispatchEvent } = prototype;
  prototype.dispatchEvent = function (this: Target, event) {
    const opener = OPENERS.get(this);
    if (opener && this.result) opener.holds(this.result);
    const database = this.db ?? this.transaction?.db;
    const owner = opener ?? (database && OWNERS.get(database));
    if (!owner) return dispatchEvent.call(this, event);
    const kind = KINDS.get(event.type);
    const lives = kind ? owner.step(kind) : !owner.dead;
    if (lives) return dispatchEvent.call(this, event);
    // The engine itself goes on: whoever waits for this transaction gets their turn.
    this._prioritizedListeners?.get(event.type)?.();
    if (database) (database as unknown as RawDatabase)._rawDatabase.processTransactions();
    return true;
  };
}

/** Code that a timer wakes in a dead tab finds no database any more. */
function refuseDead(prototype: { transaction(...asked: unknown[]): unknown }): void {
  const { transaction } = prototype;
  prototype.transaction = function (this: IDBDatabase, ...asked) {
    if (OWNERS.get(this)?.dead) throw new DOMException('gone', 'InvalidStateError');
    return transaction.apply(this, asked);
  };
}

countSteps(IDBRequest.prototype as unknown as Target);
countSteps(IDBTransaction.prototype as unknown as Target);
refuseDead(IDBDatabase.prototype as unknown as Parameters<typeof refuseDead>[0]);
