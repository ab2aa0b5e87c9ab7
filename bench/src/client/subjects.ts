/** The clients measured, each asked the same of the same server; each loads nothing but its own. */
import { createRequire } from 'node:module';

const KEY = 'key-of-the-application';
const USER = '209';

/** Whether Authy takes the token; anything but its yes and its no throws. */
export type Verify = (token: string) => Promise<boolean>;

/** What asks and reads the answer, and looks at nothing else. */
export const FLOOR = 'bare fetch';
export const OURS = 'driftlock';

export const SUBJECTS: Record<string, (baseUrl: string) => Promise<Verify>> = {
  [FLOOR]: bareFetch,
  [OURS]: driftlock,
  authy,
  'authy-client': authyClient,
};

const require = createRequire(import.meta.url);

async function bareFetch(baseUrl: string): Promise<Verify> {
  const headers = { 'X-Authy-API-Key': KEY };
  return async (token) => {
    const response = await fetch(`${baseUrl}/protected/json/verify/${token}/${USER}`, { headers });
    return outcome((await response.json()) as Said);
  };
}

async function driftlock(baseUrl: string): Promise<Verify> {
  const { createAuthyClient } = await import('@driftlock/api-client');
  const { tokens } = createAuthyClient({ apiKey: KEY, baseUrl });
  return async (token) => (await tokens.verify({ user: USER, token })).valid;
}

async function authy(baseUrl: string): Promise<Verify> {
  const client: {
    verify(id: string, token: string, done: (error?: Said, body?: Said) => void): void;
  } = require('authy')(KEY, baseUrl);
  return (token) =>
    new Promise<Said>((resolve) => {
      client.verify(USER, token, (error, body) => resolve(error ?? body ?? {}));
    }).then(outcome);
}

async function authyClient(baseUrl: string): Promise<Verify> {
  const { Client } = require('authy-client');
  const client: {
    verifyToken(question: { authyId: string; token: string }): Promise<Said>;
  } = new Client({ key: KEY }, { host: baseUrl });
  return (token) =>
    client
      .verifyToken({ authyId: USER, token })
      .catch((error: { body?: Said }) => error.body ?? {})
      .then(outcome);
}

interface Said {
  token?: unknown;
}

function outcome({ token }: Said): boolean {
  if (token !== 'is valid' && token !== 'is invalid') throw new Error('neither a yes nor a no');
  return token === 'is valid';
}

/** The versions measured, from the packages themselves. */
export function versions(): Record<string, string> {
  const { devDependencies } = require('../../package.json');
  return Object.fromEntries(['authy', 'authy-client'].map((name) => [name, devDependencies[name]]));
}
