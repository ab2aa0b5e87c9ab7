/** What the emulated Verify knows: services, their entities, and what those have. */
import { importKey, type TotpKey, totp } from '@driftlock/totp-core';
import { algorithmOf, type Config } from './form.js';
import { refusal } from './refusals.js';

export interface Service {
  sid: string;
  friendlyName: string;
  issuer: string | null;
  /** Null where it was never set: 6 digits, 30 s, one step of skew. */
  totp: Partial<Omit<Config, 'alg'>> | null;
  made: number;
  entities: Map<string, Entity>;
}

export interface Entity {
  sid: string;
  identity: string;
  made: number;
  factors: Map<string, Factor>;
  challenges: Map<string, Challenge>;
  /** When factors were made. */
  factorsMade: number[];
}

export interface Factor {
  sid: string;
  friendlyName: string;
  verified: boolean;
  config: Config;
  secret: string;
  key: TotpKey;
  metadata: object | null;
  made: number;
  changed: number;
  wrong: number;
  /** When challenges were made for it. */
  challengesMade: number[];
}

export interface Challenge {
  sid: string;
  factor: string;
  approved: boolean;
  made: number;
  responded: number | null;
  expires: number;
  wrong: number;
  details: object;
  hiddenDetails: object | null;
  metadata: object | null;
}

export interface World {
  accountSid: string;
  now(): number;
  services: Map<string, Service>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** As Verify writes dates, to the second. */
export const dateOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export function newSid(kind: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return kind + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function serviceOf(world: World, sid: string): Service {
  const service = world.services.get(sid);
  if (!service) throw refusal('unknown', 'service');
  return service;
}

export function checkIdentity(identity: string): string {
  if (!/^[A-Za-z\d-]{8,64}$/.test(identity)) throw refusal('request', 'identity');
  return identity;
}

/** Factors that nobody verified within a day are gone. */
export function entityOf(world: World, service: Service, identity: string): Entity {
  const entity = service.entities.get(checkIdentity(identity));
  if (!entity) throw refusal('unknown', 'entity');
  for (const { sid, verified, made } of entity.factors.values()) {
    if (!verified && world.now() - made > DAY) entity.factors.delete(sid);
  }
  return entity;
}

export function makeEntity(world: World, service: Service, identity: string): Entity {
  const made = world.now();
  const entity = {
    sid: newSid('YE'),
    identity: checkIdentity(identity),
    made,
    factors: new Map(),
    challenges: new Map(),
    factorsMade: [],
  };
  service.entities.set(identity, entity);
  return entity;
}

export function factorOf(entity: Entity, sid: string): Factor {
  const factor = entity.factors.get(sid);
  if (!factor) throw refusal('unknown', 'factor');
  return factor;
}

export const defaultsOf = ({ totp: set }: Service): Config => ({
  alg: 'sha1',
  skew: set?.skew ?? 1,
  code_length: set?.code_length ?? 6,
  time_step: set?.time_step ?? 30,
});

/** Eight digits: a shorter code is the end of it. */
export function keyOf(secret: string, config: Config): TotpKey {
  return importKey(secret, { algorithm: algorithmOf(config), digits: 8, period: config.time_step });
}

/** Whether a code is good now. Nothing is written of used codes, so they stay good. */
export function isGood({ key, config }: Factor, code: string, at: number): boolean {
  const { skew, time_step, code_length } = config;
  const steps = Array.from({ length: 2 * skew + 1 }, (_, index) => index - skew);
  return steps.some(
    (step) => totp(key, { at: at + step * time_step * 1000 }).slice(-code_length) === code,
  );
}

/** A hundred a day for one entity. */
export function countFactor(entity: Entity, at: number): void {
  entity.factorsMade = entity.factorsMade.filter((made) => at - made < DAY);
  if (entity.factorsMade.length >= 100) throw refusal('factor-limit');
  entity.factorsMade.push(at);
}

/** Ten a day for a factor of up to 4 digits; for others 50 an hour and 100 a day. */
export function countChallenge(factor: Factor, at: number): void {
  factor.challengesMade = factor.challengesMade.filter((made) => at - made < DAY);
  const lately = factor.challengesMade.filter((made) => at - made < HOUR).length;
  const short = factor.config.code_length <= 4;
  if (factor.challengesMade.length >= (short ? 10 : 100) || (!short && lately >= 50)) {
    throw refusal('challenge-limit');
  }
  factor.challengesMade.push(at);
}
