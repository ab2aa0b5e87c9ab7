/** How a gateway is to run: its mode, who has the last word, and the keys that open it. */
import { randomBytes } from 'node:crypto';
import { authyAuthority, createAuthyClient } from '@driftlock/api-client';
import type { GatewayOptions } from '@driftlock/gateway';
import { misused } from './cli-error.js';
import type { World } from './verb.js';

export interface GatewaySetup {
  options: Pick<GatewayOptions, 'mode' | 'policy' | 'keys' | 'authority' | 'door'>;
  /** The operator's key, where none was given: to be shown once. */
  madeKey: string | undefined;
}

const MODES = ['emulate', 'proxy', 'authority'] as const;
const POLICIES = ['local-first', 'authority-first'] as const;

/** Ends the command where a mode can't run with what is there. */
export function readSetup(
  given: { mode?: string | undefined; policy?: string | undefined },
  env: World['env'],
): GatewaySetup {
  const mode = oneOf(MODES, { name: '--mode', text: given.mode || 'emulate' });
  // Behind an authority it is a choice between risks, and nobody makes it for whoever runs it.
  if (mode === 'proxy' && !given.policy) misused('--mode proxy needs --policy');
  const policy = oneOf(POLICIES, { name: '--policy', text: given.policy || 'local-first' });
  const chosen = readKey('DRIFTLOCK_KEY', env);
  const authy = readKey('DRIFTLOCK_AUTHY_KEY', env);
  const operator = chosen ?? randomBytes(24).toString('base64url');
  if (mode !== 'emulate' && authy === operator) {
    misused('DRIFTLOCK_AUTHY_KEY must differ from DRIFTLOCK_KEY');
  }
  const keys = { operator, ...(authy ? { authy } : {}) };
  const upstream = mode === 'proxy' ? readUpstream(env, { door: authy !== undefined }) : {};
  return {
    options: { mode, policy: { mode: policy }, keys, ...upstream },
    madeKey: chosen ? undefined : operator,
  };
}

/** The real authority; with a door of ours, its other calls are passed through, too. */
function readUpstream(
  env: World['env'],
  { door }: { door: boolean },
): Pick<GatewayOptions, 'authority' | 'door'> {
  const apiKey = readKey('DRIFTLOCK_UPSTREAM_KEY', env);
  if (!apiKey) return misused('--mode proxy needs DRIFTLOCK_UPSTREAM_KEY, the key of your Authy');
  const baseUrl = env.DRIFTLOCK_UPSTREAM || undefined;
  try {
    const client = createAuthyClient({ apiKey, ...(baseUrl ? { baseUrl } : {}) });
    return door ? { door: { authy: client } } : { authority: authyAuthority(client) };
  } catch {
    return misused('DRIFTLOCK_UPSTREAM takes an https address');
  }
}

function oneOf<const Name extends string>(
  names: readonly Name[],
  { name, text }: { name: string; text: string },
): Name {
  return names.find((one) => one === text) ?? misused(`${name} takes ${names.join(', ')}`);
}

/** Unset where it is empty. */
function readKey(name: string, env: World['env']): string | undefined {
  const key = env[name] || undefined;
  if (key && !/^[\x21-\x7e]+$/.test(key)) misused(`${name} takes visible ASCII without spaces`);
  return key;
}
