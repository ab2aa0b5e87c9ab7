/** This machine's clock against what servers say of the time: a wrong one refuses everybody. */
import { clockOffset, type Probe } from '@driftlock/totp-core';
import ky from 'ky';
import { sayOffset } from '../sentences.js';
import { type Finding, good, unchecked, wrong } from './finding.js';

/** Of each witness: the second of a Date is a coarse thing, and two at another moment narrow it. */
const PROBES = 3;
/** Seconds; a sixth of a code's life. */
const FAR = 5;
const NAME = 'clock';

export async function checkClock(
  witnesses: readonly string[],
  now: () => number,
): Promise<Finding> {
  if (witnesses.length === 0) {
    return unchecked(
      NAME,
      'nobody was asked for the time',
      'name servers with --witness https://…',
    );
  }
  const probes = (await Promise.all(witnesses.map((url) => probed(url, now)))).flat();
  const found = clockOffset(probes);
  if (!found.agreed) {
    const said = {
      'no-witness': 'no witness answered with a time that counts',
      'one-witness': 'one witness says that it is wrong; it takes two to believe it',
      disagreement: 'the witnesses do not agree with each other',
    }[found.reason];
    return unchecked(NAME, said, 'name more servers with --witness, over https');
  }
  const { min, max } = found.offset;
  // True time is ahead: this machine is slow.
  const said = sayOffset({ min: -max, max: -min });
  const of = `by ${found.witnesses.length} of ${witnesses.length} witnesses`;
  const isRight = min <= FAR && max >= -FAR;
  return isRight
    ? good(NAME, `${said}, ${of}`)
    : wrong(NAME, `${said}, ${of}`, 'have it set by NTP: every code is judged by this clock');
}

/** TLS vouches for a witness; this machine's own servers need none. */
async function probed(url: string, now: () => number): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (let n = 0; n < PROBES; n++) {
    const [sent, begun] = [now(), performance.now()];
    try {
      const how = { redirect: 'manual', cache: 'no-store', timeout: 5000, retry: 0 } as const;
      const { headers } = await ky.head(url, { ...how, throwHttpErrors: false });
      probes.push({
        witness: new URL(url).host,
        authenticated: true,
        sent,
        took: performance.now() - begun,
        date: headers.get('date'),
        age: headers.get('age'),
      });
    } catch {
      return probes;
    }
  }
  return probes;
}
