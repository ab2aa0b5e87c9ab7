/** Devices over HTTP: the operator registers and revokes them, they sync and tell what they decided. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { statusOf } from '../account-status.js';
import { readBody } from '../body.js';
import { type Parts, unrecorded, withAccount } from '../parts.js';
import { problem } from '../problem.js';
import { type Device, isDeviceId } from './device.js';
import { recordClaim } from './evidence.js';
import { revokedSince } from './revocations.js';

const RegistrationBody = v.strictObject({
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10))),
});

const CLAIMS = 100;

const ClaimBody = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,100}$/)),
  credential: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
});
const EvidenceBody = v.strictObject({
  rows: v.pipe(v.array(ClaimBody), v.minLength(1), v.maxLength(CLAIMS)),
});

/** Under /v1/accounts. */
export function deviceRoutes(parts: Parts): Hono {
  const { devices, recorder } = parts;
  const routes = new Hono();
  routes.post('/:id/devices', (c) =>
    withAccount(c, parts, async ({ id: account, held }) => {
      const empty = (await c.req.text()) === '';
      const body = empty ? {} : await readBody(c, RegistrationBody);
      if (body instanceof Response) return body;
      const { uses: share = parts.share } = body;
      if (!(await recorder.act(account, { act: 'device' }))) return unrecorded(c);
      const { device, token } = await devices.register({ account, share });
      // By these names it tells of steps it accepted.
      const credentials = held.map(({ credential }) => credential);
      return c.json({ device: device.id, token, ...shown(device), credentials }, 201);
    }),
  );
  routes.get('/:id/devices', (c) =>
    withAccount(c, parts, async ({ id }) => {
      const all = await devices.of(id);
      return c.json({ devices: all.map((device) => ({ device: device.id, ...shown(device) })) });
    }),
  );
  routes.delete('/:id/devices/:device', (c) =>
    withAccount(c, parts, async ({ id: account }) => {
      const device = c.req.param('device');
      // What is no device's name is nobody's to write down.
      if (!isDeviceId(device)) return problem(c, 'no-such-device');
      if (!(await recorder.act(account, { act: 'revoke-device', device }))) return unrecorded(c);
      const revoked = await devices.revoke({ account, device });
      return revoked ? c.body(null, 204) : problem(c, 'no-such-device');
    }),
  );
  return routes;
}

/** Under /v1, for a device's own token. */
export function syncRoutes(parts: Parts): Hono<{ Variables: { device?: Device } }> {
  const routes = new Hono<{ Variables: { device?: Device } }>();
  routes.get('/sync', async (c) => {
    const device = c.get('device');
    return device ? sync(c, parts, device) : problem(c, 'for-devices');
  });
  routes.post('/evidence', async (c) => {
    const device = c.get('device');
    return device ? takeEvidence(c, parts, device) : problem(c, 'for-devices');
  });
  return routes;
}

/** What became of the account and of its decisions first; then the device lives on, its lease filled up. */
async function sync(c: Context, parts: Parts, device: Device): Promise<Response> {
  const { stores, devices, records, now } = parts;
  const given = c.req.query('since') ?? '0';
  if (!/^\d{1,16}$/.test(given)) return problem(c, 'bad-field', { field: 'since' });
  const account = await stores.accounts.find(device.account);
  if (!account) return problem(c, 'unauthorized');
  const asked = now();
  const status = await statusOf(parts, account);
  const revoked = await revokedSince(records, { account: account.id, since: Number(given) });
  await devices.endLeases(account.id);
  const renewed = await devices.renew(device.id);
  if (!renewed) return problem(c, 'unauthorized');
  const { latch } = await stores.ledger.state(account.id);
  return c.json({
    now: asked,
    // Absent where the authority can't be asked now: that says nothing of the account.
    account: { id: account.id, ...(status ? { status } : {}), latched: latch !== undefined },
    revoked,
    next: asked,
    ...shown(renewed),
  });
}

async function takeEvidence(c: Context, parts: Parts, device: Device): Promise<Response> {
  const body = await readBody(c, EvidenceBody);
  if (body instanceof Response) return body;
  const account = await parts.stores.accounts.find(device.account);
  if (!account) return problem(c, 'unauthorized');
  const rows = [];
  for (const claim of body.rows) {
    const outcome = await recordClaim(parts.evidence, { account, device, claim });
    rows.push({ id: claim.id, outcome });
  }
  return c.json({ rows });
}

function shown({ expiresAt, lease }: Device) {
  return { expiresAt, lease: { uses: lease.uses.length, until: lease.until } };
}
