/** Authy's calls that send codes, and those about phones, passed on. */
import type { AuthyClient } from '@driftlock/api-client';
import type { Call, Calls } from './door.js';
import { given, passing, passNo } from './passing.js';
import { type Phone, readPhone } from './person.js';
import { refuse } from './refusals.js';
import {
  callStarted,
  emailSent,
  ignored,
  PHONE_VERIFIED,
  phoneStarted,
  phoneStatus,
  smsSent,
} from './wire.js';

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
