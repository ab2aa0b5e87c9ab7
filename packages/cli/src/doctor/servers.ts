/** The servers that are asked: a gateway that serves, and the Authy before which it stands. */
import { AuthyError, createAuthyClient } from '@driftlock/api-client';
import ky from 'ky';
import type { World } from '../verb.js';
import { type Finding, good, unchecked, wrong } from './finding.js';

export async function checkGateway(url: URL | undefined, env: World['env']): Promise<Finding[]> {
  if (url === undefined) return [];
  const key = env.DRIFTLOCK_KEY;
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const how = { redirect: 'manual', timeout: 5000, retry: 0, throwHttpErrors: false } as const;
  try {
    const answer = await ky.get(new URL('/readyz', url), { ...how, headers });
    const { status, stores, clock } = (await answer.json()) as Record<string, unknown>;
    if (status === 'ready') return [good('gateway', 'ready')];
    if (status !== 'not-ready') throw new Error('no gateway');
    const why = [
      stores === 'not-answering' && 'its stores do not answer',
      clock !== 'safe' && 'its clock is not safe',
    ];
    const said = key ? why.filter(Boolean).join(', ') : 'not ready';
    return [wrong('gateway', said || 'not ready', 'it accepts nothing like this; look at its log')];
  } catch {
    return [wrong('gateway', 'does not answer as one', 'is it running, and is this its address?')];
  }
}

/** Reads the name of the application: nobody is asked about, and no code is used. */
export async function checkUpstream(env: World['env']): Promise<Finding[]> {
  const apiKey = env.DRIFTLOCK_UPSTREAM_KEY;
  if (!apiKey) return [];
  const baseUrl = env.DRIFTLOCK_UPSTREAM || undefined;
  try {
    const client = createAuthyClient({
      apiKey,
      retry: 0,
      timeout: 5000,
      ...(baseUrl ? { baseUrl } : {}),
    });
    await client.application.details();
    return [good('authy', 'answers, and takes the key')];
  } catch (error) {
    if (!(error instanceof AuthyError)) throw error;
    if (error.authyCode === '60001') {
      return [
        wrong('authy', 'does not take DRIFTLOCK_UPSTREAM_KEY', 'its console has the right one'),
      ];
    }
    if (error.code === 'ERR_AUTHY_INPUT') {
      return [
        wrong(
          'authy',
          'DRIFTLOCK_UPSTREAM or its key is malformed',
          'an https address, and visible ASCII',
        ),
      ];
    }
    return [
      unchecked('authy', 'no answer that can be used', 'while it is away, the policy decides'),
    ];
  }
}
