/** The tour's side of HTTP: phones that show codes, a gateway that is asked, an Authy that is too. */
import { generateSecret, importKey, type TotpKey, timeStep, totp } from '@driftlock/totp-core';
import type { Accepted, Rejected, Settlement } from '@driftlock/verifier';
import { createExchange } from './exchange.js';
import type { Sessions } from './sessions.js';

/** Somebody with a phone. */
export interface Person {
  account: string;
  authyId: string;
  /** Unix milliseconds of the phone's clock. */
  phoneNow(): number;
  key: TotpKey;
  /** The step of the last code typed. */
  last: number;
  /** The last code that was accepted. */
  signIn?: Typed;
}

/** A decision as GET /v1/decisions/{id} tells it: as it was made, and what became of it. */
export type Told = Partial<Omit<Accepted, 'accepted'> & Omit<Rejected, 'accepted'>> & {
  accepted?: boolean;
  settlement?: Settlement;
};

export interface Typed {
  code: string;
  decision: Told & { id: string };
  /** Milliseconds until the answer was here. */
  took: number;
}

export interface Stage {
  url: string;
  sessions: Sessions;
  /** @param options.slow seconds the phone's clock is behind. */
  enrol(account: string, options?: { slow: number }): Promise<Person>;
  /** The phone's newest code that was not typed yet, or the one before it. */
  read(person: Person): string;
  /** Types a code; whoever is accepted is signed in. */
  type(person: Person, code: string): Promise<Typed>;
  decision(id: string): Promise<Told>;
  /** Waits until a decision is settled; as it stands where it never is. */
  settled(id: string): Promise<Told>;
  /** Asks the Authy itself about a code, past the gateway. */
  askAuthy(person: Person, code: string): Promise<{ status: number; message?: string }>;
  putEmulator(path: string, body: object): Promise<void>;
}

const PAUSE = 20;

export function createStage({
  url,
  sessions,
  patience,
  ...rest
}: {
  url: string;
  key: string;
  sessions: Sessions;
  /** Milliseconds. */
  patience: number;
  signal: AbortSignal;
}): Stage {
  const { call, must } = createExchange({ url, patience, ...rest });
  const decision: Stage['decision'] = async (id) =>
    (await call(`/v1/decisions/${encodeURIComponent(id)}`)).body;

  return {
    url,
    sessions,
    async enrol(account, { slow } = { slow: 0 }) {
      const secret = generateSecret();
      const body = { id: account, secret };
      const { authyId } = await must(201, '/v1/accounts', { method: 'POST', body });
      const phoneNow = () => Date.now() - slow * 1000;
      return { account, authyId: String(authyId), phoneNow, key: importKey(secret), last: 0 };
    },
    read(person) {
      const { key, phoneNow } = person;
      // One step back at first, so that nobody has to wait for the next code.
      person.last = Math.max(person.last + 1, timeStep(key, phoneNow()) - 1);
      return totp(key, { at: person.last * key.params.period * 1000 });
    },
    async type(person, code) {
      const began = performance.now();
      const path = `/v1/accounts/${person.account}/verify`;
      const { body } = await call(path, { method: 'POST', body: { code } });
      const took = performance.now() - began;
      const typed: Typed = { code, decision: { ...body, id: String(body.id) }, took };
      if (body.accepted === true) {
        sessions.begin(typed.decision.id);
        person.signIn = typed;
      }
      return typed;
    },
    decision,
    async settled(id) {
      const deadline = performance.now() + patience;
      for (;;) {
        const told = await decision(id);
        if (told.settlement !== undefined || performance.now() > deadline) return told;
        rest.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    },
    async askAuthy({ authyId }, code) {
      const { status, body } = await call(`/protected/json/verify/${code}/${authyId}`);
      return { status, ...(typeof body.message === 'string' ? { message: body.message } : {}) };
    },
    async putEmulator(path, body) {
      await must(200, `/emulator/${path}`, { method: 'PUT', body });
    },
  };
}
