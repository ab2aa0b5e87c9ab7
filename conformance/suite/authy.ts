/** The loopback Authy, as its operator and as its client sees it. */
import { type AuthyClient, createAuthyClient } from '@driftlock/api-client';
import { importKey, totp } from '@driftlock/totp-core';
import type { Place } from './check.js';

/** Of the loopback server, which lives for one run and holds nobody's secrets. */
export const KEYS = { operator: 'key-of-the-operator', authy: 'key-of-the-application' } as const;

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A client of the Authy there; `path` leads to servers that misbehave. */
export function clientAt(
  { origin }: Place,
  { path = '/authy', ...options }: { path?: string; apiKey?: string; timeout?: number } = {},
): AuthyClient {
  return createAuthyClient({ apiKey: KEYS.authy, retry: 0, ...options, baseUrl: origin + path });
}

/** What the operator asks: the answer's JSON. */
export async function operator(
  { origin }: Place,
  path: string,
  sent?: { method: 'POST' | 'PUT'; body: object },
): Promise<Record<string, unknown>> {
  const headers = {
    Authorization: `Bearer ${KEYS.operator}`,
    ...(sent && { 'Content-Type': 'application/json' }),
  };
  const init = { ...(sent && { method: sent.method, body: JSON.stringify(sent.body) }), headers };
  const response = await fetch(`${origin}/authy${path}`, init);
  if (!response.ok) throw new Error(`the operator was answered ${response.status}`);
  return response.json();
}

/** A new account of the gateway there, its user at the Authy there, and the code of now. */
export async function newcomer(
  place: Place,
): Promise<{ account: string; user: string; code: string }> {
  const body = { id: crypto.randomUUID(), secret: SECRET };
  const { id, authyId } = await operator(place, '/v1/accounts', { method: 'POST', body });
  return {
    account: String(id),
    user: String(authyId),
    code: totp(importKey(SECRET), { at: Date.now() }),
  };
}

/** The digits of what was sent last. */
export async function lastSent(place: Place): Promise<string> {
  const { messages } = await operator(place, '/emulator/messages');
  return String((messages as { code?: string }[]).at(-1)?.code);
}
