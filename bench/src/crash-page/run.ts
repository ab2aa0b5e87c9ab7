/** Pages and workers of Chromium, ended while a device in them verifies, asks and settles. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DevTools, startChromium } from '@driftlock/conformance/devtools';
import { importKey, totp } from '@driftlock/totp-core';
import { build } from 'esbuild';
import { createDice } from '../diagnose/dice.js';
import { type FarSide, type Phase, SCRIPTS, startFarSide } from './far-side.js';
import { type Findings, findingsOf, type Left, type Place, type Round } from './round.js';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const KEY = importKey(SECRET);
const PERIOD = 30_000;

export interface Plan {
  subject: Round['subject'];
  place: Place;
  rounds: number;
  seed: number;
}

export interface Crashes extends Findings {
  rounds: number;
  /** How often the device was cut off in each phase. */
  phases: Record<Phase, number>;
  /** Of the decisions that were told. */
  settlements: Record<string, number>;
}

/** Each round has a page and a database of its own; `seed` decides when the device ends, and how. */
export async function crashes({ subject, place, rounds, seed }: Plan): Promise<Crashes> {
  const chance = createDice(seed).next;
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  await bundleScripts(folder);
  const far = await startFarSide(folder, chance);
  const chromium = startChromium(folder);
  const sum = none(rounds);
  try {
    const stage = { chromium, far, chance, subject, place };
    // How long a page needs that nobody cuts off; the first one also warms the browser up.
    await oneRound(stage, { run: -1, cutAfter: undefined });
    const { took } = await oneRound(stage, { run: 0, cutAfter: undefined });
    for (let run = 1; run <= rounds; run++) {
      const cutAfter = chance() * took;
      add(sum, await oneRound(stage, { run, cutAfter }));
    }
  } finally {
    await chromium.end();
    far.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return sum;
}

interface Stage {
  chromium: DevTools;
  far: FarSide;
  chance: () => number;
  subject: Round['subject'];
  place: Place;
}

interface Ended {
  /** Milliseconds from the first code to the end. */
  took: number;
  phase: Phase;
  findings: Findings;
  settlements: string[];
}

async function oneRound(
  { chromium, far, chance, subject, place }: Stage,
  { run, cutAfter }: { run: number; cutAfter: number | undefined },
): Promise<Ended> {
  const now = Date.now();
  const codeAt = (at: number) => totp(KEY, { at });
  // In tolerance still, should a step end meanwhile.
  const codes = [-1, 0, 1].map((n) => codeAt(now + n * PERIOD));
  const wrong = codeAt(now + 1000 * PERIOD);
  const name = `run-${run}`;
  const round: Round = { run, name, subject, place, secret: SECRET, codes, wrong };
  const ear = far.listen(run, codes);
  const victim = await openPage(chromium, far.origin);
  const worked = victim.call('work', round);
  await Promise.race([ear.begun, worked]);
  // From here on it is to be cut off.
  worked.catch(() => {});
  const began = performance.now();
  if (cutAfter === undefined) await worked;
  else await new Promise((resolve) => setTimeout(resolve, cutAfter));
  const took = performance.now() - began;
  const phase = ear.phase();
  // A service worker is no part of its page's process.
  const alone = place === 'service-worker' || chance() < 0.5;
  await (alone ? END[place](victim) : victim.kill());
  const { told, confirmed: before, askedTwice } = ear;
  const cut = { told: [...told], before: [...before] };
  const next = await openPage(chromium, far.origin);
  const left = (await next.call('look', round)) as Left;
  await next.close();
  await victim.close();
  const findings = findingsOf({ told: cut.told, confirmed: ear.confirmed, askedTwice }, left);
  const settlements = left.rows.flatMap(({ id, settlement }) =>
    cut.told.some((each) => each.id === id) ? [settlement ?? 'open'] : [],
  );
  return { took, phase, findings, settlements };
}

type Page = Awaited<ReturnType<typeof openPage>>;

/** How the device is ended alone; a worker's page lives on. */
const END: Record<Place, (page: Page) => Promise<unknown>> = {
  page: (page) => page.close(),
  worker: (page) => page.call('terminate', {}),
  'service-worker': (page) => page.stopServiceWorkers(),
};

/** A page whose functions can be called, and that can be ended in several ways. */
async function openPage({ send }: DevTools, origin: string) {
  const { targetId } = await send('Target.createTarget', { url: `${origin}/` });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const evaluate = async (expression: string): Promise<unknown> => {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', asked, sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  };
  let open = true;
  const close = async () => {
    if (open) await send('Target.closeTarget', { targetId });
    open = false;
  };
  return {
    async call(name: string, argument: object): Promise<unknown> {
      // What was asked of the page before it had loaded is lost.
      while (!(await evaluate(`'${name}' in globalThis`).catch(() => false))) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return evaluate(`${name}(${JSON.stringify(argument)})`);
    },
    close,
    async stopServiceWorkers() {
      await send('ServiceWorker.enable', {}, sessionId);
      await send('ServiceWorker.stopAllWorkers', {}, sessionId);
    },
    /** Its process dies, as one does that ran out of memory. */
    async kill() {
      // The answer would have to come from the process that is gone.
      void send('Page.crash', {}, sessionId).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
      await close();
    },
  };
}

function none(rounds: number): Crashes {
  return {
    ...{ rounds, told: 0, lost: 0, acceptedAgain: 0, failedOpen: 0, untold: 0, digitsKept: 0 },
    ...{ askedTwice: 0, phases: { verifying: 0, asking: 0, settling: 0, done: 0 } },
    settlements: {},
  };
}

function add(sum: Crashes, { phase, findings, settlements }: Ended): void {
  sum.phases[phase]++;
  for (const what of Object.keys(findings) as (keyof Findings)[]) sum[what] += findings[what];
  for (const settlement of settlements) {
    sum.settlements[settlement] = (sum.settlements[settlement] ?? 0) + 1;
  }
}

async function bundleScripts(outdir: string): Promise<void> {
  const built = fileURLToPath(new URL('../../dist/crash-page', import.meta.url));
  await build({
    entryPoints: SCRIPTS.map((script) => join(built, script)),
    outdir,
    format: 'esm',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
}
