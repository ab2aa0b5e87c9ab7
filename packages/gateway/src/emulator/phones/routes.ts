/** Authy's calls about phone numbers, which need no user: verify one, or ask what it is. */
import { type Call, type Door, refuse } from '../door.js';
import type { Params } from '../params.js';
import { randomCode } from '../random.js';
import type { World } from '../world.js';
import { MOST_TRIES, type Phone, type PhoneVerification, readPhone } from './phones.js';
import { phoneInfo, phoneNumber, verificationStarted, verificationStatus } from './wire.js';

/** Milliseconds a code sent to a phone is good. */
const LIFE = 600_000;

export function phoneRoutes(on: Door, world: World): void {
  const phones = '/protected/json/phones';
  const onPhone = (
    method: 'GET' | 'POST',
    path: string,
    answer: (c: Call, phone: Phone) => Response,
  ) =>
    on(method, phones + path, (c) => {
      const reading = readPhone(c.get('params'));
      return 'refused' in reading
        ? refuse(c, 'bad-number', reading.refused)
        : answer(c, reading.phone);
    });

  onPhone('POST', '/verification/start', (c, phone) => start(c, world, phone));
  onPhone('GET', '/verification/check', (c, phone) => check(c, world, phone));
  onPhone('GET', '/info', (c) => c.json(phoneInfo(world.at())));
  on('GET', `${phones}/verification/status`, (c) => {
    const verification = find(world, c.get('params'));
    if (!verification) return refuse(c, 'no-verification');
    return c.json(verificationStatus(verification, world.at()));
  });
}

function find(world: World, params: Params): PhoneVerification | undefined {
  const uuid = params.get('uuid');
  if (uuid !== undefined) return world.phones.named(uuid);
  const reading = readPhone(params);
  return 'phone' in reading ? world.phones.of(reading.phone) : undefined;
}

function start(c: Call, world: World, phone: Phone): Response {
  const reading = readStart(c.get('params'));
  if ('refused' in reading) return refuse(c, 'bad-verification', reading.refused);
  const { via, code, words } = reading;
  const { application, messages, statistics, phones } = world;
  if (!application[via === 'sms' ? 'sms' : 'calls']) {
    return refuse(c, via === 'sms' ? 'sms-off' : 'calls-off');
  }
  const at = world.at();
  const uuid = crypto.randomUUID();
  phones.begin(phone, { uuid, code, until: at + LIFE, tries: 0, verified: false });
  const text = words?.replaceAll('{{code}}', code) ?? `${code} is your ${application.name} code`;
  messages.add({ at, via, to: phoneNumber(phone), text, code });
  statistics.count(via === 'sms' ? 'sms' : 'calls', at);
  return c.json(verificationStarted(phone, { via, uuid, seconds: LIFE / 1000 }));
}

function readStart(
  params: Params,
):
  | { via: 'sms' | 'call'; code: string; words: string | undefined }
  | { refused: Record<string, string> } {
  const via = params.get('via') ?? 'sms';
  const length = params.get('code_length') || '4';
  const custom = params.get('custom_code') || undefined;
  const refused: Record<string, string> = {};
  if (via !== 'sms' && via !== 'call') refused.via = 'is invalid';
  if (!/^(?:[4-9]|10)$/.test(length)) refused.code_length = 'is invalid';
  if (custom !== undefined && !/^[0-9]{4,10}$/.test(custom)) refused.custom_code = 'is invalid';
  if (Object.keys(refused).length > 0) return { refused };
  const code = custom ?? randomCode(Number(length));
  return {
    via: via === 'call' ? via : 'sms',
    code,
    words: params.get('custom_message') || undefined,
  };
}

function check(c: Call, world: World, phone: Phone): Response {
  const verification = world.phones.of(phone);
  if (!verification || verification.verified || world.at() >= verification.until) {
    return refuse(c, 'no-verification');
  }
  if (verification.tries >= MOST_TRIES) return refuse(c, 'too-many');
  verification.tries++;
  if (c.get('params').get('verification_code') !== verification.code) {
    return refuse(c, 'wrong-verification-code');
  }
  verification.verified = true;
  return c.json({ message: 'Verification code is correct.', success: true });
}
