/** Aegis's vault, exported as JSON: in the clear, or closed with a password (its docs/vault.md). */
import { scryptSync } from 'node:crypto';
import { type Found, labelOf, member, readParams, textOf } from './found.js';
import { openGcm, type Password, wrongPassword } from './protected.js';

/** Of a slot that a password opens; others need the phone it is on. */
const PASSWORD_SLOT = 1;
/** Bytes that scrypt may take, and no vault of Aegis's asks for more. */
const MOST_MEMORY = 256 * 1024 * 1024;
/** As `n * r * p`: sixteen times what Aegis asks for. What asks for much more would take hours. */
const MOST_WORK = 2 ** 22;
/** Slots that are tried; an Aegis has a few. */
const MOST_SLOTS = 16;

export function isAegis(json: unknown): boolean {
  return member(json, 'db') !== undefined && member(json, 'header') !== undefined;
}

export async function readAegis(json: unknown, password: Password): Promise<Found[]> {
  const stored = member(json, 'db');
  const db = typeof stored === 'string' ? open(json, stored, await password()) : stored;
  const entries = member(db, 'entries');
  return Array.isArray(entries) ? entries.map(readEntry) : [];
}

function readEntry(entry: unknown): Found {
  const label = labelOf(member(entry, 'name'), member(entry, 'issuer'));
  const type = member(entry, 'type');
  if (type === 'hotp') return { ...label, unusable: 'counter-based' };
  if (type !== 'totp') return { ...label, unusable: 'algorithm' };
  const info = member(entry, 'info');
  const [algorithm, digits, period] = ['algo', 'digits', 'period'].map((name) =>
    member(info, name),
  );
  const read = readParams({ algorithm, digits, period });
  return 'params' in read
    ? { ...label, secret: textOf(member(info, 'secret')), params: read.params }
    : { ...label, unusable: read.unusable };
}

/** The password opens a slot, its key the vault. */
function open(json: unknown, stored: string, password: string): unknown {
  const header = member(json, 'header');
  const slots = member(header, 'slots');
  const own = (Array.isArray(slots) ? slots : []).filter(
    (slot) => member(slot, 'type') === PASSWORD_SLOT,
  );
  for (const slot of own.slice(0, MOST_SLOTS)) {
    const key = scrypted(slot, password);
    const master =
      key && openGcm({ key, sealed: bytes(slot, 'key'), ...params(slot, 'key_params') });
    if (!master) continue;
    const sealed = Buffer.from(stored, 'base64');
    const db = openGcm({ key: master, sealed, ...params(header, 'params') });
    if (db) return JSON.parse(db.toString('utf8'));
  }
  return wrongPassword();
}

function scrypted(slot: unknown, password: string): Buffer | undefined {
  const [N = 0, r = 0, p = 0] = ['n', 'r', 'p'].map((name) => Number(member(slot, name)));
  if (!(N * r * p <= MOST_WORK)) return undefined;
  try {
    return scryptSync(password, bytes(slot, 'salt'), 32, { N, r, p, maxmem: MOST_MEMORY });
  } catch {
    return undefined;
  }
}

function params(value: unknown, name: string): { nonce: Buffer; tag: Buffer } {
  const found = member(value, name);
  return { nonce: bytes(found, 'nonce'), tag: bytes(found, 'tag') };
}

function bytes(value: unknown, name: string): Buffer {
  return Buffer.from(textOf(member(value, name)), 'hex');
}
