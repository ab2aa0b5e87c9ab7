/** The mistake that the race has to find: a ledger that reads, decides, and then writes. */
import type { Cells, Place } from '@driftlock/gateway';
import { EMPTY_ACCOUNT, type Ledger, ledgerOver } from '@driftlock/verifier';

export function readThenWrite(cells: Cells): Ledger {
  return ledgerOver(async (name, reduce) => {
    const place: Place = { kind: 'ledger', key: name };
    const before = await cells.read(place);
    const { state, result } = reduce(before ? JSON.parse(before.value) : EMPTY_ACCOUNT);
    // Over whatever is there by now.
    const now = await cells.read(place);
    const to = { value: JSON.stringify(state), version: crypto.randomUUID() };
    await cells.swap(place, now ? { from: now.version, to } : { to });
    return result;
  });
}
