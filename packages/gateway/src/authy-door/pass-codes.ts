/** Authy's calls that send codes, about phones, approvals and the application, passed on. */
import type { AuthyClient } from '@driftlock/api-client';
import { readAsked } from './approvals.js';
import type { Answering, Call } from './door.js';
import type { DoorParts } from './door-parts.js';
import { textAt } from './params.js';
import { pass, passNo } from './passing.js';
import type { People } from './people.js';
import { type Phone, readPhone } from './person.js';
import { refuse } from './refusals.js';
import type { CallName } from './rows.js';
import {
  approvalStatus,
  callStarted,
  emailSent,
  ignored,
  PHONE_VERIFIED,
  phoneStarted,
  phoneStatus,
  smsSent,
} from './wire.js';

type Calls = Partial<Record<CallName, Answering>>;

const passing =
  (answer: (c: Call) => Promise<Response>): Answering =>
  (c) =>
    pass(c, () => answer(c));

const given = (c: Call, name: string): string | undefined =>
  textAt(c.get('tree'), name) || undefined;

export function passedTokenCalls({ tokens }: AuthyClient): Calls {
  const requestOf = (c: Call) => ({
    user: c.req.param('id') ?? '',
    force: given(c, 'force')?.toLowerCase() === 'true',
  });
  const send = (via: 'sms' | 'call') =>
    passing(async (c) => {
      const sent = await tokens[via]({
        ...requestOf(c),
        action: given(c, 'action'),
        actionMessage: given(c, 'action_message'),
        locale: given(c, 'locale'),
      });
      if (sent.sent) return c.json(via === 'sms' ? smsSent(sent.to) : callStarted(sent.to));
      return sent.reason === 'ignored' ? c.json(ignored(via)) : passNo(c, sent);
    });
  return {
    sms: send('sms'),
    call: send('call'),
    email: passing(async (c) => {
      const sent = await tokens.email(requestOf(c));
      if (sent.sent) return c.json(emailSent(sent.to));
      return passNo(c, sent);
    }),
  };
}

export function passedPhoneCalls({ phones }: AuthyClient): Calls {
  const on = (answer: (c: Call, phone: Phone) => Promise<Response>) =>
    passing(async (c) => {
      const reading = readPhone(c.get('tree'));
      if ('refused' in reading) return refuse(c, 'bad-phone', { fields: reading.refused });
      return answer(c, reading.read);
    });
  const whose = ({ number: phone, countryCode }: Phone) => ({ phone, countryCode });
  return {
    startPhone: on(async (c, phone) => {
      const via = given(c, 'via') === 'call' ? 'call' : 'sms';
      const length = given(c, 'code_length');
      const begun = await phones.start({
        ...whose(phone),
        via,
        locale: given(c, 'locale'),
        codeLength: length === undefined ? undefined : Number(length),
        customCode: given(c, 'custom_code'),
        customMessage: given(c, 'custom_message'),
      });
      if (!begun.started) return passNo(c, begun);
      const { carrier, isCellphone, secondsToExpire, uuid = null } = begun;
      const about = { carrier, is_cellphone: isCellphone, seconds_to_expire: secondsToExpire };
      return c.json(phoneStarted(phone, { via, ...about, uuid }));
    }),
    checkPhone: on(async (c, phone) => {
      const code = given(c, 'verification_code') ?? '';
      const checked = await phones.check({ ...whose(phone), code });
      return checked.correct ? c.json(PHONE_VERIFIED) : passNo(c, checked);
    }),
    showPhone: passing(async (c) => {
      const uuid = given(c, 'uuid');
      const reading = readPhone(c.get('tree'));
      if (uuid === undefined && 'refused' in reading) {
        return refuse(c, 'bad-phone', { fields: reading.refused });
      }
      const which = uuid === undefined && 'read' in reading ? whose(reading.read) : { uuid };
      const found = await phones.status(which as { uuid: string });
      return found.known
        ? c.json(phoneStatus(found.status, found.secondsToExpire))
        : passNo(c, found);
    }),
    phoneInfo: on(async (c, phone) => {
      const info = await phones.info({ ...whose(phone), ip: given(c, 'user_ip') });
      const now = new Date().toISOString();
      const as = `Phone number information as of ${now.slice(0, 10)} ${now.slice(11, 19)} UTC`;
      return c.json({ message: as, ...info, success: true });
    }),
  };
}

/** Our client does not tell whose e-mail address it is, and Node's `authy-client` insists on one. */
async function emailOf(
  user: string,
  { people, users }: { people: People; users: AuthyClient['users'] },
): Promise<string | undefined> {
  const person = await people.find(user);
  if (person) return person.email;
  const found = await users.status({ user });
  return found.known ? found.email : undefined;
}

export function passedOneTouchCalls(
  { oneTouch, users }: AuthyClient,
  { people, options }: Pick<DoorParts, 'people' | 'options'>,
): Calls {
  return {
    askApproval: passing(async (c) => {
      const reading = readAsked(c.get('tree'));
      if ('refused' in reading) return refuse(c, 'bad-approval', { fields: reading.refused });
      const user = c.req.param('id') ?? '';
      const asked = await oneTouch.create({ user, ...reading.read });
      if (!asked.created) return passNo(c, asked);
      return c.json({ approval_request: { uuid: asked.request }, success: true });
    }),
    showApproval: passing(async (c) => {
      const uuid = c.req.param('uuid') ?? '';
      const found = await oneTouch.status({ request: uuid });
      if (!found.known) return passNo(c, found);
      const { user = '', secondsToExpire = 0, status } = found;
      const email = user === '' ? undefined : await emailOf(user, { people, users });
      const about = { status, email, name: options.name };
      return c.json(approvalStatus({ ...found, uuid, user, secondsToExpire }, about));
    }),
  };
}

export function passedApplicationCalls({ application }: AuthyClient): Calls {
  const ip = (c: Call) => ({ ip: given(c, 'user_ip') });
  const number = (id: string | undefined) => (id === undefined ? undefined : Number(id));
  return {
    showApplication: passing(async (c) => {
      const { name, plan, smsEnabled: sms_enabled, appId } = await application.details(ip(c));
      const app = { name, plan, sms_enabled, app_id: number(appId) };
      return c.json({ app, message: 'Application information.', success: true });
    }),
    showStatistics: passing(async (c) => {
      const { appId, count, totalUsers: total_users, months } = await application.stats(ip(c));
      const stats = months.map((month) => ({
        year: month.year,
        month: month.month,
        api_calls_count: month.apiCallsCount,
        auths_count: month.authsCount,
        calls_count: month.callsCount,
        sms_count: month.smsCount,
        users_count: month.usersCount,
      }));
      const message = 'Monthly statistics.';
      return c.json({ app_id: number(appId), count, message, total_users, success: true, stats });
    }),
  };
}
