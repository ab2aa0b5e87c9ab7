/** Challenges: each a question whether a code is good. */
import { authPayload, type Form, needed, notes } from './form.js';
import { refusal } from './refusals.js';
import {
  type Challenge,
  countChallenge,
  dateOf,
  type Entity,
  type Factor,
  factorOf,
  isGood,
  newSid,
  type Service,
  type World,
} from './world.js';

const ATTEMPTS = 5;
const MINUTE = 60_000;

export function makeChallenge(world: World, entity: Entity, form: Form): Challenge {
  const factor = factorOf(entity, needed(form, 'FactorSid', 34));
  const code = authPayload(form);
  if (!factor.verified) throw refusal('unverified');
  const made = world.now();
  const expires = expiryOf(form, made);
  countChallenge(factor, made);
  const challenge: Challenge = {
    sid: newSid('YC'),
    factor: factor.sid,
    approved: false,
    made,
    responded: null,
    expires,
    wrong: 0,
    details: { message: form.get('Details.Message'), date: null, fields: null },
    hiddenDetails: notes(form, 'HiddenDetails'),
    metadata: null,
  };
  entity.challenges.set(challenge.sid, challenge);
  if (code !== undefined) judge(challenge, factor, { code, at: made });
  return challenge;
}

function expiryOf(form: Form, made: number): number {
  const wanted = form.get('ExpirationDate');
  if (wanted === null) return made + 5 * MINUTE;
  const expires = Date.parse(wanted);
  if (!(expires > made && expires <= made + 60 * MINUTE))
    throw refusal('parameter', 'ExpirationDate');
  return expires;
}

export function updateChallenge(
  world: World,
  entity: Entity,
  { sid, form }: { sid: string; form: Form },
): Challenge {
  const challenge = challengeOf(entity, sid);
  const code = authPayload(form);
  const at = world.now();
  if (!challenge.approved && code !== undefined) {
    if (at > challenge.expires) throw refusal('expired');
    if (challenge.wrong >= ATTEMPTS) throw refusal('challenge-attempts');
    judge(challenge, factorOf(entity, challenge.factor), { code, at });
  }
  challenge.metadata = notes(form, 'Metadata') ?? challenge.metadata;
  return challenge;
}

/** A wrong code is no error: the challenge stays pending. */
function judge(
  challenge: Challenge,
  factor: Factor,
  { code, at }: { code: string; at: number },
): void {
  if (isGood(factor, code, at)) Object.assign(challenge, { approved: true, responded: at });
  else challenge.wrong++;
}

export function challengeOf(entity: Entity, sid: string): Challenge {
  const challenge = entity.challenges.get(sid);
  if (!challenge) throw refusal('unknown', 'challenge');
  return challenge;
}

/** Those that a query wants, oldest first unless it says otherwise. */
export function challengesOf(world: World, entity: Entity, query: Form): Challenge[] {
  const found = [...entity.challenges.values()].filter(
    (challenge) =>
      [null, challenge.factor].includes(query.get('FactorSid')) &&
      [null, statusOf(world, challenge)].includes(query.get('Status')),
  );
  return query.get('Order') === 'desc' ? found.reverse() : found;
}

const statusOf = (world: World, { approved, expires }: Challenge): string =>
  approved ? 'approved' : world.now() > expires ? 'expired' : 'pending';

export function shownChallenge(
  world: World,
  { service, entity, challenge }: { service: Service; entity: Entity; challenge: Challenge },
): object {
  const { sid, made, responded, expires } = challenge;
  const path = `/v2/Services/${service.sid}/Entities/${entity.identity}/Challenges/${sid}`;
  const url = `https://verify.twilio.com${path}`;
  return {
    sid,
    account_sid: world.accountSid,
    service_sid: service.sid,
    entity_sid: entity.sid,
    identity: entity.identity,
    factor_sid: challenge.factor,
    date_created: dateOf(made),
    date_updated: dateOf(responded ?? made),
    date_responded: responded === null ? null : dateOf(responded),
    expiration_date: dateOf(expires),
    status: statusOf(world, challenge),
    responded_reason: 'none',
    details: challenge.details,
    hidden_details: challenge.hiddenDetails,
    metadata: challenge.metadata,
    factor_type: 'totp',
    url,
    links: { notifications: `${url}/Notifications` },
  };
}
