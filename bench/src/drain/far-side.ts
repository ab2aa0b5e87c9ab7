/** A gateway on loopback, and what evidence it took of whom. */
import { createGateway } from '@driftlock/gateway';
import { generateSecret } from '@driftlock/totp-core';
import { serve } from '@hono/node-server';

export interface FarSide {
  url: string;
  /** By account. */
  tokens: ReadonlyMap<string, string>;
  /** How often each row was recorded, by its id; once is right. */
  recorded: ReadonlyMap<string, number>;
  /** Rows that were told again, and taken for what they are. */
  duplicates(): number;
  /** Requests of any kind. */
  requests(): number;
  /** Claims of a step that another claim had taken. */
  claimedTwice(): number;
  close(): Promise<void>;
}

export const CREDENTIAL = 'totp-6-30-0';
const OPERATOR = 'operator-key-of-the-drain';

export async function startFarSide(accounts: readonly string[]): Promise<FarSide> {
  const recorded = new Map<string, number>();
  const counts = { duplicates: 0, requests: 0, claimedTwice: 0 };
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: { mode: 'local-first', liveDeadline: 30_000 },
    devices: { perMinute: 1_000_000 },
    onAlarm: ({ alarm }) => {
      if (alarm === 'claimed-twice') counts.claimedTwice += 1;
    },
  });

  /** Reads in the answers what became of each row. */
  async function answer(request: Request): Promise<Response> {
    counts.requests += 1;
    const response = await gateway.fetch(request);
    if (!request.url.endsWith('/evidence') || response.status !== 200) return response;
    const { rows } = (await response.clone().json()) as { rows: { id: string; outcome: string }[] };
    for (const { id, outcome } of rows) {
      if (outcome === 'recorded') recorded.set(id, (recorded.get(id) ?? 0) + 1);
      if (outcome === 'duplicate') counts.duplicates += 1;
    }
    return response;
  }

  const tokens = new Map<string, string>();
  for (const account of accounts) tokens.set(account, await registered(gateway, account));
  const { url, close } = await listening(answer);
  return {
    ...{ url, tokens, recorded, close },
    duplicates: () => counts.duplicates,
    requests: () => counts.requests,
    claimedTwice: () => counts.claimedTwice,
  };
}

async function registered(
  gateway: ReturnType<typeof createGateway>,
  account: string,
): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await gateway.fetch(new Request(`http://127.0.0.1/v1${path}`, init))).json();
  };
  await post('/accounts', { id: account, secret: generateSecret() });
  const { token } = (await post(`/accounts/${account}/devices`, {})) as { token: string };
  return token;
}

function listening(
  fetch: (request: Request) => Promise<Response>,
): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
      const close = () =>
        new Promise<void>((closed) => {
          if ('closeAllConnections' in server) server.closeAllConnections();
          server.close(() => closed());
        });
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}
