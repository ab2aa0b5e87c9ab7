/** What the gateways of a race share, opened by each process for itself. */
import {
  type Cells,
  ledgerOverCells,
  memoryStores,
  type Stores,
  storesOver,
} from '@driftlock/gateway';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { postgresEngine } from '@driftlock/gateway/postgres';
import { redisCells } from '@driftlock/gateway/redis';
import { readThenWrite } from './control.js';

/** An engine that processes can share, and where it is. */
export interface Shared {
  engine: 'postgres' | 'redis' | 'libsql';
  url: string;
}

export interface Opened {
  stores: Stores;
  cells: Cells & { close(): Promise<void> };
}

/** Seeds are sealed with this in every process; they live as long as the run. */
export const SEAL = { current: { id: 'race', key: new Uint8Array(32).fill(7) } };

export async function openShared({ engine, url }: Shared): Promise<Opened> {
  if (engine === 'redis') {
    // The ledger alone; each process is told of the accounts.
    const cells = await redisCells({ url });
    return { cells, stores: { ...memoryStores(), ledger: ledgerOverCells(cells) } };
  }
  const cells = await (engine === 'postgres' ? postgresEngine({ url }) : libsqlEngine({ url }));
  return { cells, stores: storesOver(cells, { seal: SEAL }) };
}

/** The same stores with the control's ledger in place of ours. */
export function withControl({ stores, cells }: Opened): Opened {
  return { cells, stores: { ...stores, ledger: readThenWrite(cells) } };
}
