/** Codes by SMS, call and e-mail, sent by the operator's hook; without one nothing is claimed. */
import type { Answering, Call, Calls } from './door.js';
import { acceptedOf, type DoorParts, readClock, type User, withUser } from './door-parts.js';
import type { Delivery } from './options.js';
import { textAt } from './params.js';
import { dialled } from './person.js';
import { type Refusal, refuse } from './refusals.js';
import { callStarted, emailSent, ignored, masked, smsSent } from './wire.js';

type Via = Delivery['via'];

/** A name may have so many codes an hour before it has to wait, longer and longer. */
const SENDING = { limit: 5, per: 3600, lock: 1_000_000 };
/** Milliseconds the hook may take. */
const PATIENCE = 10_000;
/** Characters. */
const LONGEST = 255;

const FAILED: Record<Via, Refusal> = { sms: 'sms-failed', call: 'call-failed', email: 'failed' };

export function deliveryCalls(door: DoorParts): Calls {
  if (!door.options.deliver) return {};
  const on =
    (via: Via): Answering =>
    (c) =>
      withUser(c, door, (user) => sendTo(c, door, { user, via }));
  return { sms: on('sms'), call: on('call'), email: on('email') };
}

async function sendTo(
  c: Call,
  door: DoorParts,
  { user, via }: { user: User; via: Via },
): Promise<Response> {
  const tree = c.get('tree');
  const [action, words] = [textAt(tree, 'action'), textAt(tree, 'action_message')];
  if ([action, words].some((text = '') => [...text].length > LONGEST)) {
    return refuse(c, 'bad-parameter');
  }
  const person = await door.people.find(user.id);
  if (!person) return refuse(c, via === 'email' ? 'bad-user' : 'bad-phone');
  const forced = textAt(tree, 'force')?.toLowerCase() === 'true';
  // Who has typed a code of an authenticator needs none sent.
  if (via !== 'email' && !forced && (await acceptedOf(door, user)).seed) {
    return c.json(ignored(via, masked(person)));
  }
  const account = user.account.id;
  const failed = await send(c, door, {
    name: account,
    delivery: { via, to: via === 'email' ? person.email : dialled(person), account },
    code: { action },
    words,
  });
  if (failed) return failed;
  if (via === 'email') return c.json(emailSent(person.email));
  return c.json(via === 'sms' ? smsSent(masked(person)) : callStarted(masked(person)));
}

/** Makes a code for a name and has it delivered; the answer where that failed, or nothing. */
export async function send(
  c: Call,
  door: DoorParts,
  {
    name,
    delivery,
    code: wanted,
    words,
  }: {
    name: string;
    delivery: Omit<Delivery, 'code' | 'signal' | 'message' | 'locale'>;
    code: { digits?: number; code?: string | undefined; action?: string | undefined };
    words: string | undefined;
  },
): Promise<Response | undefined> {
  const { options, stores, sent, tally } = door;
  const { at } = await readClock(door);
  // A meter of its own, or whoever has codes sent could lock their owner out.
  const meter = await stores.ledger.take(`sending:${name}`, { at, attempts: SENDING });
  if (!meter.taken) {
    const { retryAfter } = { retryAfter: SENDING.per, ...meter };
    return refuse(c, 'too-many', { retryAfter });
  }
  const code = await sent.make(name, { at, ...wanted });
  const locale = textAt(c.get('tree'), 'locale');
  const signal = AbortSignal.timeout(PATIENCE);
  const { via } = delivery;
  try {
    await Promise.race([
      options.deliver?.({
        ...delivery,
        code,
        ...(words ? { message: words } : {}),
        ...(locale ? { locale } : {}),
        signal,
      }),
      aborted(signal),
    ]);
  } catch {
    // What the hook says of its failure may hold the number, so it goes nowhere.
    return refuse(c, FAILED[via]);
  }
  if (via !== 'email') tally.count(via === 'sms' ? 'sms' : 'calls');
  return undefined;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
