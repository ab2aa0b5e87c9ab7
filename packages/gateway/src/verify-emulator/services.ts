/** Services and entities: tenants, and the people at each. */
import { type Form, needed, whole } from './form.js';
import { dateOf, type Entity, newSid, type Service, type World } from './world.js';

export function makeService(world: World, form: Form, sid: string = newSid('VA')): Service {
  const time_step = whole(form, 'Totp.TimeStep', [20, 60]);
  const code_length = whole(form, 'Totp.CodeLength', [3, 8]);
  const skew = whole(form, 'Totp.Skew', [0, 2]);
  const service: Service = {
    sid,
    friendlyName: needed(form, 'FriendlyName', 32),
    issuer: form.get('Totp.Issuer'),
    totp: [...form.keys()].some((name) => name.startsWith('Totp.'))
      ? {
          ...(time_step !== undefined && { time_step }),
          ...(code_length !== undefined && { code_length }),
          ...(skew !== undefined && { skew }),
        }
      : null,
    made: world.now(),
    entities: new Map(),
  };
  world.services.set(service.sid, service);
  return service;
}

export const shownService = ({ accountSid }: World, service: Service): object => ({
  sid: service.sid,
  account_sid: accountSid,
  friendly_name: service.friendlyName,
  code_length: 6,
  totp: service.totp && {
    issuer: service.issuer,
    time_step: service.totp.time_step ?? null,
    code_length: service.totp.code_length ?? null,
    skew: service.totp.skew ?? null,
  },
  date_created: dateOf(service.made),
  date_updated: dateOf(service.made),
  url: `https://verify.twilio.com/v2/Services/${service.sid}`,
});

export function shownEntity({ accountSid }: World, service: Service, entity: Entity): object {
  const url = `https://verify.twilio.com/v2/Services/${service.sid}/Entities/${entity.identity}`;
  return {
    sid: entity.sid,
    identity: entity.identity,
    account_sid: accountSid,
    service_sid: service.sid,
    date_created: dateOf(entity.made),
    date_updated: dateOf(entity.made),
    url,
    links: { factors: `${url}/Factors`, challenges: `${url}/Challenges` },
  };
}
