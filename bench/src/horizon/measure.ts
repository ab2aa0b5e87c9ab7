/** What a horizon pack costs whoever issues it, and one code of it costs whoever cracks it. */
import { createGateway } from '@driftlock/gateway';
import { generateSecret } from '@driftlock/totp-core';
import { median } from '../speed/measure.js';

export interface HorizonResults {
  iterations: number;
  hours: number;
  /** Of a pack of that many hours, at 30 s. */
  hashes: number;
  /** Codes of six digits, each of which costs a hash to try. */
  codes: number;
  /** Of one hash on one core of the machine that ran this. */
  seconds: number;
}

const HOURS = 12;
const PERIOD = 30;
const CODES = 1_000_000;

/** Times requests for packs of a few steps; their hashes are made at once, so cores divide the time. */
export async function measureHorizon({
  iterations,
  packs,
  cores,
}: {
  iterations: number;
  packs: number;
  cores: number;
}): Promise<HorizonResults> {
  const get = await device(iterations);
  const seconds: number[] = [];
  for (let made = 0; made < packs; made++) {
    const begun = performance.now();
    const [pack] = (await get('/v1/accounts/ana/horizon?hours=0.025')).packs;
    const elapsed = (performance.now() - begun) / 1000;
    const { length } = pack.hashes;
    seconds.push((elapsed / length) * Math.min(cores, length));
  }
  const hashes = (HOURS * 3600) / PERIOD + 1;
  return { iterations, hours: HOURS, hashes, codes: CODES, seconds: median(seconds) };
}

/** A device of an account at a gateway in this process. */
async function device(iterations: number) {
  const operator = crypto.randomUUID();
  const { fetch } = createGateway({
    mode: 'authority',
    keys: { operator },
    policy: { mode: 'local-first' },
    horizon: { hours: HOURS, iterations },
  });
  const call = async (method: string, path: string, key: string, body?: object) => {
    const headers = { Authorization: `Bearer ${key}` };
    const content = body ? { body: JSON.stringify(body) } : {};
    const request = new Request(`http://localhost${path}`, { method, headers, ...content });
    return (await fetch(request)).json();
  };
  await call('POST', '/v1/accounts', operator, { id: 'ana', secret: generateSecret() });
  const { token } = await call('POST', '/v1/accounts/ana/devices', operator);
  return (path: string) => call('GET', path, token);
}
