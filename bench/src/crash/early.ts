/** The control: an engine that answers first and writes later, as no engine may. */
import type { Cell, Engine, Place, Swap } from '@driftlock/gateway';

/** How many swaps it lags behind its answers. */
const BEHIND = 40;

export function earlyEngine(engine: Engine): Engine {
  const promised = new Map<string, Cell | undefined>();
  const waiting: [Place, Swap][] = [];
  const nameOf = ({ kind, key }: Place): string => `${kind} ${key}`;

  async function read(place: Place): Promise<Cell | undefined> {
    const name = nameOf(place);
    return promised.has(name) ? promised.get(name) : engine.read(place);
  }

  async function swap(place: Place, change: Swap): Promise<boolean> {
    if ((await read(place))?.version !== change.from) return false;
    promised.set(nameOf(place), change.to);
    waiting.push([place, change]);
    const due = waiting.length > BEHIND ? waiting.shift() : undefined;
    if (due) await engine.swap(...due);
    return true;
  }

  return { ...engine, read, swap };
}
