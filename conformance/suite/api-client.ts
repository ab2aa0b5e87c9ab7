/** api-client against the loopback Authy: every group of calls, and the ways of having no answer. */
import { signCallback, verifyCallbackSignature } from '@driftlock/api-client';
import { clientAt, KEYS, lastSent, newcomer, operator } from './authy.js';
import { type Check, same, thrownBy } from './check.js';

const PHONE = { phone: '3054562345', countryCode: 1 };
/** Node and Bun name the cause of a failed fetch by its code, and so does edge-light, on Node's fetch. */
const SAYS_WHY =
  'EdgeRuntime' in globalThis || ('process' in globalThis && !('Deno' in globalThis));
const DOWN = 'AuthyError ERR_AUTHY_DOWN down';
const REFUSED = 'AuthyError ERR_AUTHY_REFUSED refused';
const AMBIGUOUS = 'AuthyError ERR_AUTHY_AMBIGUOUS ambiguous';

export const API_CLIENT: readonly Check[] = [
  {
    title: 'api-client: a token is valid once, then reused',
    async run(place) {
      const { tokens } = clientAt(place);
      const { user, code: token } = await newcomer(place);
      const seen = [await tokens.verify({ user, token }), await tokens.verify({ user, token })];
      same('the answers', seen[0]?.valid, true);
      same('again', seen[1], { valid: false, reason: 'reused', authyCode: '60019' });
      const malformed = { valid: false, reason: 'malformed' };
      same('letters', await tokens.verify({ user, token: 'abcdef' }), malformed);
    },
  },
  {
    title: 'api-client: a user is created, found, sent a token and removed',
    async run(place) {
      const { tokens, users } = clientAt(place);
      const person = { email: 'c@d.example', phone: '3054562399', countryCode: 57 };
      const created = await users.create(person);
      if (!created.created) throw new Error('not created');
      const { user } = created;
      const found = await users.status({ user });
      same('found', [found.known, found.known && found.countryCode], [true, 57]);
      same('an SMS', (await tokens.sms({ user, force: true })).sent, true);
      same('removed', await users.remove({ user }), { removed: true });
      same('gone', await users.status({ user }), { known: false });
    },
  },
  {
    title: 'api-client: a phone verification is started, checked and known',
    async run(place) {
      const { phones } = clientAt(place);
      const started = await phones.start({ ...PHONE, codeLength: 8 });
      same('started', started.started, true);
      const code = await lastSent(place);
      same('checked', await phones.check({ ...PHONE, code }), { correct: true });
      const again = { correct: false, reason: 'not-pending', authyCode: '60023' };
      same('checked again', await phones.check({ ...PHONE, code }), again);
    },
  },
  {
    title: 'api-client: an approval is asked for and given',
    async run(place) {
      const { oneTouch, users } = clientAt(place);
      const person = { email: 'e@f.example', phone: '3054562388', countryCode: 57 };
      const created = await users.create(person);
      if (!created.created) throw new Error('not created');
      const { user } = created;
      const asked = await oneTouch.create({
        user,
        message: 'Sign in?',
        details: { From: 'é & ü' },
      });
      if (!asked.created) throw new Error('not asked');
      const { request } = asked;
      const pending = await oneTouch.status({ request });
      same('asked', pending.known && pending.status, 'pending');
      const body = { status: 'approved' };
      await operator(place, `/emulator/approval_requests/${request}`, { method: 'PUT', body });
      const given = await oneTouch.status({ request });
      same('given', given.known && given.status, 'approved');
    },
  },
  {
    title: 'api-client: the application tells its name',
    async run(place) {
      const { application } = clientAt(place);
      same('its name', (await application.details()).name, 'Authy emulator');
      same('its id', (await application.stats()).appId, '1');
    },
  },
  {
    title: 'api-client: a wrong key is refused, and is no ruling',
    async run(place) {
      const { user, code: token } = await newcomer(place);
      const { tokens } = clientAt(place, { apiKey: 'wrong-key' });
      same('thrown', await thrownBy(() => tokens.verify({ user, token })), REFUSED);
    },
  },
  {
    title: 'api-client: a redirect is refused, and the key goes nowhere else',
    async run(place) {
      const { tokens } = clientAt(place, { path: '/moved' });
      const question = { user: '1', token: '000000' };
      same('thrown', await thrownBy(() => tokens.verify(question)), REFUSED);
      const strayed = await (await fetch(`${place.origin}/strayed`)).text();
      same('requests that followed', strayed, '0');
    },
  },
  {
    title: 'api-client: where nothing listens it is down, or ambiguous where the runtime hides why',
    async run({ origin }) {
      const { tokens } = clientAt({ origin: await (await fetch(`${origin}/closed`)).text() });
      const thrown = await thrownBy(() => tokens.verify({ user: '1', token: '000000' }));
      same('thrown', thrown, SAYS_WHY ? DOWN : AMBIGUOUS);
    },
  },
  {
    title: 'api-client: what never answers is given up at the timeout, and is ambiguous',
    async run(place) {
      const { tokens } = clientAt(place, { path: '/silent', timeout: 300 });
      const question = { user: '1', token: '000000' };
      same('thrown', await thrownBy(() => tokens.verify(question)), AMBIGUOUS);
    },
  },
  {
    title: 'api-client: an aborted call ends, and is ambiguous',
    async run(place) {
      const { tokens } = clientAt(place, { path: '/silent' });
      const caller = new AbortController();
      setTimeout(() => caller.abort(), 100);
      const question = { user: '1', token: '000000', signal: caller.signal };
      same('thrown', await thrownBy(() => tokens.verify(question)), AMBIGUOUS);
    },
  },
  {
    title: 'api-client: half an answer is ambiguous, whatever it begins with',
    async run(place) {
      const { tokens } = clientAt(place, { path: '/half' });
      const question = { user: '1', token: '000000' };
      same('thrown', await thrownBy(() => tokens.verify(question)), AMBIGUOUS);
    },
  },
  {
    title: "api-client: a callback of Authy's is told from a forged one",
    run() {
      const callback = {
        apiKey: KEYS.authy,
        nonce: '1427849783.886085',
        method: 'POST',
        url: 'https://app.example/callback',
        params: { approval: { status: 'approved', who: ['ann', 'é~*'] }, uuid: 'x' },
      };
      const signature = signCallback(callback);
      const at = 1_427_849_783_000;
      const genuine = { ...callback, signature, at };
      same('genuine', verifyCallbackSignature(genuine), true);
      same('old', verifyCallbackSignature({ ...genuine, at: at + 301_000 }), false);
      const forged = { ...genuine, params: { approval: { status: 'approved' } } };
      same('forged', verifyCallbackSignature(forged), false);
    },
  },
];
