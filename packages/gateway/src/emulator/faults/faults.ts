/** What goes wrong on purpose, for every call of Authy's API; the same seed, the same luck. */
import { refusal } from '../refusals.js';
import { breakageOf, brokenReply } from './broken.js';
import type { Dose, FaultSettings } from './settings.js';

export interface Faults {
  /** Whether the reply to the verification at hand is to be lost; counts it. */
  losesReply(): boolean;
  /** What stands in for an answer, or nothing. */
  before(): Response | undefined;
  /** The answer as it arrives, once it does; at once where the caller has left. */
  after(answer: Response, signal: AbortSignal): Promise<Response>;
}

const PAGE = '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>';
const PROXYS = [500, 502, 503, 504] as const;

/** Makes the faults that these settings name; their counts begin anew. */
export function createFaults(settings: FaultSettings): Faults {
  const random = seededRandom(settings.seed ?? 1);
  const pick = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const strikes = createStrikes(random);
  const { down, reset, html, lostReply, latency = 0, garbage, truncation } = settings;
  const { '429': tooMany, '5xx': proxyError } = settings;
  const delay = typeof latency === 'number' ? { min: latency, max: latency } : latency;
  return {
    losesReply: () => strikes(lostReply),
    before() {
      if (strikes(down)) return new Response(null, { status: 503 });
      if (strikes(reset)) return brokenReply('reset');
      if (strikes(tooMany)) return refuseForNow(tooMany);
      if (strikes(proxyError)) {
        const drawn = PROXYS[pick(0, PROXYS.length - 1)] as number;
        return new Response(null, { status: proxyError.status ?? drawn });
      }
      if (!strikes(html)) return undefined;
      const headers = { 'Content-Type': 'text/html' };
      return new Response(PAGE, { status: html.status ?? 200, headers });
    },
    async after(answer, signal) {
      if (delay.max > 0) await elapsed(pick(delay.min, delay.max), signal);
      if (breakageOf(answer)) return answer;
      if (strikes(garbage)) return new Response(spoil(await answer.arrayBuffer(), pick), answer);
      if (!strikes(truncation)) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const headers = {
        ...Object.fromEntries(answer.headers),
        'content-length': `${bytes.length}`,
      };
      const arriving = bytes.slice(0, pick(1, bytes.length - 1));
      return brokenReply('truncated', { status: answer.status, headers, bytes: arriving });
    },
  };
}

/** Whether a fault strikes now; counts those that strike only so many times. */
function createStrikes(random: () => number) {
  const struck = new Map<Dose, number>();
  return <D extends Dose>(dose: D | undefined): dose is D => {
    if (!dose) return false;
    const { times = Infinity, chance = 1 } = dose;
    const count = struck.get(dose) ?? 0;
    if (count >= times || random() >= chance) return false;
    struck.set(dose, count + 1);
    return true;
  };
}

function refuseForNow({ retryAfter }: { retryAfter?: number | undefined }): Response {
  const { status, body } = refusal('too-many');
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  return Response.json(body, { status, headers });
}

/** As many bytes, none of which can begin a character: no reader can take them for JSON. */
function spoil(bytes: ArrayBuffer, pick: (low: number, high: number) => number) {
  return Uint8Array.from({ length: bytes.byteLength }, () => pick(0x80, 0xbf));
}

async function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** mulberry32: enough for luck, nothing else. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
