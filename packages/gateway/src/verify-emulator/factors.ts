/** Factors: made of a seed, and verified by a first code. */
import { generateSecret, TotpError } from '@driftlock/totp-core';
import { algorithmOf, authPayload, configOf, type Form, needed, notes } from './form.js';
import { refusal } from './refusals.js';
import {
  countFactor,
  dateOf,
  defaultsOf,
  type Entity,
  entityOf,
  type Factor,
  factorOf,
  isGood,
  keyOf,
  makeEntity,
  newSid,
  type Service,
  type World,
} from './world.js';

/** Wrong codes after which a factor can't be verified any more. */
const ATTEMPTS = 5;

/** Told once, for nothing of the secret is shown again. */
export function makeFactor(
  world: World,
  service: Service,
  { identity, form }: { identity: string; form: Form },
): object {
  if (form.get('FactorType') !== 'totp') throw refusal('parameter', 'FactorType');
  const friendlyName = needed(form, 'FriendlyName', 64);
  const config = configOf(form, defaultsOf(service));
  const metadata = notes(form, 'Metadata');
  const secret = form.get('Binding.Secret') ?? generateSecret();
  const made = world.now();
  const key = keyUnless(() => keyOf(secret, config));
  const entity = service.entities.has(identity)
    ? entityOf(world, service, identity)
    : makeEntity(world, service, identity);
  countFactor(entity, made);
  const factor: Factor = {
    sid: newSid('YF'),
    friendlyName,
    verified: false,
    config,
    secret,
    key,
    metadata,
    made,
    changed: made,
    wrong: 0,
    challengesMade: [],
  };
  entity.factors.set(factor.sid, factor);
  const binding = { secret, uri: uriOf(service, factor) };
  return { ...shownFactor(world, { service, entity, factor }), binding, options: null };
}

function keyUnless<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TotpError) throw refusal('request', 'secret');
    throw error;
  }
}

/** A wrong code is no error: the factor stays as it was. One that was verified stays so whatever comes. */
export function updateFactor(world: World, factor: Factor, form: Form): void {
  const code = authPayload(form);
  if (code !== undefined && !factor.verified) {
    if (factor.wrong >= ATTEMPTS) throw refusal('factor-attempts');
    if (isGood(factor, code, world.now())) factor.verified = true;
    else factor.wrong++;
  }
  if (form.has('FriendlyName')) factor.friendlyName = needed(form, 'FriendlyName', 64);
  factor.config = configOf(form, factor.config);
  factor.key = keyOf(factor.secret, factor.config);
  factor.changed = world.now();
}

export function removeFactor(entity: Entity, sid: string): void {
  factorOf(entity, sid);
  entity.factors.delete(sid);
  for (const challenge of entity.challenges.values()) {
    if (challenge.factor === sid) entity.challenges.delete(challenge.sid);
  }
}

export function shownFactor(
  { accountSid }: World,
  { service, entity, factor }: { service: Service; entity: Entity; factor: Factor },
): object {
  const path = `/v2/Services/${service.sid}/Entities/${entity.identity}/Factors/${factor.sid}`;
  return {
    sid: factor.sid,
    account_sid: accountSid,
    service_sid: service.sid,
    entity_sid: entity.sid,
    identity: entity.identity,
    date_created: dateOf(factor.made),
    date_updated: dateOf(factor.changed),
    friendly_name: factor.friendlyName,
    status: factor.verified ? 'verified' : 'unverified',
    factor_type: 'totp',
    config: factor.config,
    metadata: factor.metadata,
    url: `https://verify.twilio.com${path}`,
  };
}

function uriOf(service: Service, { friendlyName, secret, config }: Factor): string {
  const issuer = encodeURIComponent(service.issuer ?? service.friendlyName);
  const about = `secret=${secret}&issuer=${issuer}&algorithm=${algorithmOf(config)}`;
  const shape = `digits=${config.code_length}&period=${config.time_step}`;
  return `otpauth://totp/${issuer}:${encodeURIComponent(friendlyName)}?${about}&${shape}`;
}
