/** Authy's calls about phone numbers, which are nobody's account: has somebody the phone at hand? */
import { sha256Hex } from '../digest.js';
import { send } from './deliver.js';
import type { Answering, Call, Calls } from './door.js';
import { type DoorParts, readClock, soon } from './door-parts.js';
import { type Tree, textAt } from './params.js';
import { dialled, type Phone, readPhone } from './person.js';
import { type Records, recordsOf } from './records.js';
import { refuse } from './refusals.js';
import { LIFE } from './sent-codes.js';
import { PHONE_VERIFIED, phoneStarted, phoneStatus } from './wire.js';

/** One verification of a phone, by its uuid; the newest of a name counts. */
interface Started {
  name: string;
  until: number;
  verified: boolean;
}

export function phoneCalls(door: DoorParts): Calls {
  if (!door.options.deliver) return { startPhone: refuseChannel };
  const started = recordsOf<Started>(door.engine, 'verification');
  const on =
    (answer: (c: Call, phone: Phone) => Promise<Response>): Answering =>
    (c) => {
      const reading = readPhone(c.get('tree'));
      return 'refused' in reading
        ? refuse(c, 'bad-phone', { fields: reading.refused })
        : answer(c, reading.read);
    };
  return {
    startPhone: on((c, phone) => start(c, door, { phone, started })),
    checkPhone: on((c, phone) => check(c, door, { phone, started })),
    showPhone: (c) => show(c, door, started),
  };
}

export const refuseChannel: Answering = (c) =>
  refuse(c, textAt(c.get('tree'), 'via') === 'call' ? 'no-calls' : 'no-sms');

/** No id of an account has a colon, and the number itself stands in no ledger. */
function nameOf(phone: Phone): string {
  return `phone:${sha256Hex(`phone ${dialled(phone)}`)}`;
}

interface Given {
  phone: Phone;
  started: Records<Started>;
}

async function start(c: Call, door: DoorParts, { phone, started }: Given): Promise<Response> {
  const reading = readStart(c.get('tree'));
  if ('refused' in reading) return refuse(c, 'bad-verification', { fields: reading.refused });
  const { via, digits, code, words } = reading;
  const name = nameOf(phone);
  const failed = await send(c, door, {
    name,
    delivery: { via, to: dialled(phone) },
    code: { digits, code },
    words,
  });
  if (failed) return failed;
  const uuid = crypto.randomUUID();
  const { at } = await readClock(door);
  const value = { name, until: at + LIFE, verified: false };
  for (const key of [uuid, name]) await started.change(key, () => ({ value, until: value.until }));
  // Whether it is a cell phone nobody knows here, and so nobody is told.
  const about = { carrier: null, seconds_to_expire: LIFE / 1000, uuid };
  return c.json(phoneStarted(phone, { via, ...about }));
}

function readStart(
  tree: Tree,
):
  | { via: 'sms' | 'call'; digits: number; code: string | undefined; words: string | undefined }
  | { refused: Record<string, string> } {
  const via = textAt(tree, 'via') || 'sms';
  const length = textAt(tree, 'code_length') || '4';
  const code = textAt(tree, 'custom_code') || undefined;
  const refused = {
    ...(via === 'sms' || via === 'call' ? {} : { via: 'is invalid' }),
    ...(/^(?:[4-9]|10)$/.test(length) ? {} : { code_length: 'is invalid' }),
    ...(/^[0-9]{4,10}$/.test(code ?? '0000') ? {} : { custom_code: 'is invalid' }),
  };
  if (Object.keys(refused).length > 0) return { refused };
  const words = textAt(tree, 'custom_message') || undefined;
  return { via: via as 'sms' | 'call', digits: Number(length), code, words };
}

/** A try is counted before anything is compared, as everywhere. */
async function check(c: Call, door: DoorParts, { phone, started }: Given): Promise<Response> {
  const { stores, sent, policy } = door;
  const name = nameOf(phone);
  const { at, safe } = await readClock(door);
  const pending = await started.read(name);
  if (!pending || pending.verified || !(await sent.find(name, at))) {
    return refuse(c, 'nothing-pending');
  }
  if (!safe) return refuse(c, 'failed', soon(door));
  const take = await stores.ledger.take(name, { at, attempts: policy.attempts });
  if (!take.taken) return refuse(c, 'too-many', { retryAfter: 1, ...take });
  const code = textAt(c.get('tree'), 'verification_code') ?? '';
  const judgement = await sent.judge(name, { code, at, attempt: take.attempt });
  if (judgement === 'wrong') return refuse(c, 'wrong-phone-code');
  if (judgement === 'used') return refuse(c, 'nothing-pending');
  await started.change(
    name,
    (now) => now && { value: { ...now, verified: true }, until: now.until },
  );
  return c.json(PHONE_VERIFIED);
}

/** By `uuid` or by number. */
async function show(c: Call, door: DoorParts, started: Records<Started>): Promise<Response> {
  const tree = c.get('tree');
  const uuid = textAt(tree, 'uuid');
  const reading = readPhone(tree);
  if (uuid === undefined && 'refused' in reading) {
    return refuse(c, 'bad-phone', { fields: reading.refused });
  }
  const named = uuid === undefined ? undefined : await started.read(uuid);
  const name = 'read' in reading && uuid === undefined ? nameOf(reading.read) : named?.name;
  const newest = name === undefined ? undefined : await started.read(name);
  if (!newest) return refuse(c, 'nothing-pending');
  const { at } = await readClock(door);
  const left = Math.max(0, Math.ceil((newest.until - at) / 1000));
  if (newest.verified) return c.json(phoneStatus('verified', 0));
  return c.json(phoneStatus(left > 0 ? 'pending' : 'expired', left));
}
