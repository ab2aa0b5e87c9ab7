/** browser: tabs of one device, each a page of its own, some of them with a clock that was set wrong. */
import { importKey, totp } from '@driftlock/totp-core';
import { type Check, same } from './check.js';
import { enrolDevice, type OpenTab, openTab, SECRET } from './tab.js';

const HOUR = 3_600_000;
/** What is said to a person who has used a newer code before, and to one who has not. */
const BACK = { clock: 'unsafe', ana: 'replayed', ben: 'unavailable' };
const OVER = { clock: 'safe', ana: 'unavailable', ben: 'unavailable' };

const WRONG: readonly [how: string, by: () => number, said: object][] = [
  ['an hour back', () => -HOUR, BACK],
  ['a day back', () => -24 * HOUR, BACK],
  ['back to 1970', () => HOUR - Date.now(), BACK],
  // No clock can tell this from a long sleep: it is the lease that is over.
  ['forward a year', () => 365 * 24 * HOUR, OVER],
];

export const TABS: readonly Check[] = [
  ...WRONG.map(
    ([how, by, said]): Check => ({
      title: `browser: with the clock set ${how} nothing is accepted, until it is right and witnessed`,
      only: 'page',
      run: () => onDevice((name) => setWrong(name, by(), said)),
    }),
  ),
  {
    title: 'browser: a clock that is set back by two seconds changes nothing',
    only: 'page',
    run: () =>
      onDevice(async (name) => {
        const tab = await openTab(name);
        await tab.witness(Date.now());
        same('before', await tab.type(codeAt(Date.now() - 30_000)), 'provisional');
        tab.close();
        await inShiftedPage(-2000, async (open) => {
          const after = await open(name);
          same('the clock', await after.clock(), 'safe');
          same('after', await after.type(codeAt(Date.now())), 'provisional');
        });
      }),
  },
  {
    title: 'browser: a code typed in five pages at once is accepted in one',
    only: 'page',
    run: () =>
      onDevice(async (name) => {
        const tab = await openTab(name);
        await tab.witness(Date.now());
        const code = codeAt(Date.now());
        const said = await inPages(5, async (opens) => {
          const tabs = await Promise.all(opens.map((open) => open(name)));
          return Promise.all(tabs.map((each) => each.type(code)));
        });
        same('said', said.sort(), ['provisional', ...Array(4).fill('replayed')]);
        tab.close();
      }),
  },
];

async function setWrong(name: string, by: number, said: object): Promise<void> {
  const before = await openTab(name);
  await before.witness(Date.now());
  same('before', await before.type(codeAt(Date.now() - 30_000)), 'provisional');
  before.close();
  await inShiftedPage(by, async (open) => {
    const tab = await open(name);
    const theirs = codeAt(Date.now() + by);
    const [ana, ben] = [await tab.type(theirs), await tab.type(theirs, 'ben')];
    same('by its own time', { clock: await tab.clock(), ana, ben }, said);
    const now = await tab.type(codeAt(Date.now()));
    same('by the true time', ['mismatch', 'unavailable'].includes(now), true);
    tab.close();
  });
  const right = await openTab(name);
  same('not witnessed', await right.type(codeAt(Date.now())), 'unavailable');
  await right.witness(Date.now());
  same('witnessed', await right.type(codeAt(Date.now())), 'provisional');
  right.close();
}

const codeAt = (at: number): string => totp(importKey(SECRET), { at });

/** A device with one account; nothing is left of it. */
async function onDevice(work: (name: string) => Promise<void>): Promise<void> {
  const name = crypto.randomUUID();
  await enrolDevice(name);
  try {
    await work(name);
  } finally {
    indexedDB.deleteDatabase(name);
  }
}

/** A page of this device whose `Date` was set wrong before it loaded. */
function inShiftedPage(by: number, work: (open: OpenTab) => Promise<void>): Promise<void> {
  return inPage(`/shifted?by=${by}`, work);
}

function inPages<T>(count: number, work: (opens: OpenTab[]) => Promise<T>): Promise<T> {
  if (count === 0) return work([]);
  return inPage('/', (open) => inPages(count - 1, (others) => work([open, ...others])));
}

async function inPage<T>(address: string, work: (open: OpenTab) => Promise<T>): Promise<T> {
  const frame = document.createElement('iframe');
  frame.src = address;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  try {
    await loaded;
    return await work((frame.contentWindow as unknown as { openTab: OpenTab }).openTab);
  } finally {
    frame.remove();
  }
}
