import { describe, expect, test } from 'vitest';
import {
  clientOf,
  failure,
  failureOf,
  html,
  KEY,
  reply,
  serve,
  TOKEN_IS_VALID,
  USER,
} from './scripted-server.js';

const PERSON = { email: 'ann@example.com', phone: '3175550100', countryCode: 1 };
const CREATED = { message: 'User created successfully.', user: { id: 209 }, success: true };

describe('users.create', () => {
  test('sends the person as JSON, and no install link unless asked', async () => {
    const { url, heard } = await serve(reply(200, CREATED));
    const { users } = clientOf(url);
    await expect(users.create(PERSON)).resolves.toStrictEqual({ created: true, user: '209' });
    await users.create({ ...PERSON, sendInstallLink: true });
    const user = { email: 'ann@example.com', cellphone: '3175550100', country_code: 1 };
    const asked = heard.map((each) => ({
      line: `${each.method} ${each.url}`,
      type: each.headers['content-type'],
      key: each.headers['x-authy-api-key'],
      body: JSON.parse(each.body),
    }));
    const same = { line: 'POST /protected/json/users/new', type: 'application/json', key: KEY };
    expect(asked).toStrictEqual([
      { ...same, body: { user, send_install_link_via_sms: false } },
      { ...same, body: { user, send_install_link_via_sms: true } },
    ]);
  });

  test.each([
    ['60027', { email: 'is invalid', message: 'User was not valid' }, ['email']],
    ['60027', { country_code: 'x', cellphone: 'y' }, ['phone', 'countryCode']],
    ['60027', {}, []],
    ['60027', 'none', []],
    ['60033', {}, ['phone']],
    ['60038', { email: 'is invalid' }, ['email']],
    ['60059', {}, ['phone']],
    ['60078', {}, ['countryCode']],
  ])('answers %s with %j by naming %j', async (code, errors, fields) => {
    const { url } = await serve(reply(400, { ...failure(code), errors }));
    const no = { created: false, reason: 'invalid', fields, authyCode: code };
    await expect(clientOf(url).users.create(PERSON)).resolves.toStrictEqual(no);
  });

  test.each([
    ['a string of digits', { ...CREATED, user: { id: '209' }, success: 'true' }, true],
    ['no id', { ...CREATED, user: {} }, false],
    ['a null id', { ...CREATED, user: { id: null } }, false],
    ['an id of zero', { ...CREATED, user: { id: 0 } }, false],
    ['an id with a path in it', { ...CREATED, user: { id: '1/../2' } }, false],
    ['an id too large to be exact', { ...CREATED, user: { id: 2 ** 53 } }, false],
    ['success false', { ...CREATED, success: false }, false],
    ['success "false"', { ...CREATED, success: 'false' }, false],
    ['no success', { user: { id: 209 } }, false],
  ])('with %s is believed: %#', async (_, body, believed) => {
    const { url } = await serve(reply(200, body));
    const call = clientOf(url).users.create(PERSON);
    if (believed) await expect(call).resolves.toStrictEqual({ created: true, user: '209' });
    else await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
  });

  test('is not repeated', async () => {
    const { url, heard } = await serve(reply(503, '', { 'retry-after': '0' }));
    await failureOf(clientOf(url, { retry: 5 }).users.create(PERSON));
    expect(heard).toHaveLength(1);
  });
});

describe('users.status', () => {
  const STATUS = {
    authy_id: 209,
    confirmed: true,
    registered: false,
    country_code: 1,
    phone_number: 'XXX-XXX-0100',
    devices: ['iphone'],
    has_hard_token: false,
    account_disabled: false,
    email: 'ann@example.com',
  };
  const told = (status: object): object => ({ status, message: 'User status.', success: true });

  test('tells what Authy knows, in our words', async () => {
    const { url, heard } = await serve(reply(200, told(STATUS)));
    await expect(clientOf(url).users.status({ user: USER })).resolves.toStrictEqual({
      known: true,
      confirmed: true,
      registered: false,
      suspended: false,
      hasHardToken: false,
      devices: ['iphone'],
      countryCode: 1,
      phone: 'XXX-XXX-0100',
      email: 'ann@example.com',
    });
    expect(heard.map(({ method, url: path }) => `${method} ${path}`)).toStrictEqual([
      'GET /protected/json/users/209/status',
    ]);
  });

  test.each([
    [{ account_disabled: true }, { suspended: true }],
    [{ account_disabled: 'true' }, { suspended: true }],
    [{ account_disabled: 'false' }, { suspended: false }],
    [{ account_disabled: null }, {}],
    [{ account_disabled: 0 }, {}],
    [{ account_disabled: '' }, {}],
    [{}, {}],
    [{ devices: 'iphone', confirmed: 1, new_field: [] }, {}],
    [{ authy_id: '209' }, {}],
  ])('reads %j as %j, never as a default', async (status, details) => {
    const { url } = await serve(reply(200, told(status)));
    const lookup = clientOf(url).users.status({ user: USER });
    await expect(lookup).resolves.toStrictEqual({ known: true, ...details });
  });

  test.each([
    ['60016', { known: false }],
    ['60026', { known: false }],
    ['60127', { known: false }],
    ['60128', { known: false }],
    ['60017', { known: true, suspended: true }],
    ['60018', { known: true, suspended: true }],
    ['60106', { known: true, suspended: true }],
    ['60107', { known: true, suspended: true }],
  ])('takes %s at any HTTP status for %j', async (code, lookup) => {
    for (const status of [404, 503]) {
      const { url } = await serve(reply(status, failure(code)));
      await expect(clientOf(url).users.status({ user: USER })).resolves.toStrictEqual(lookup);
    }
  });

  test('is of the user asked for, however many zeros the id begins with', async () => {
    const { url } = await serve(reply(200, told({ authy_id: 209 })));
    const lookup = clientOf(url).users.status({ user: '000209' });
    await expect(lookup).resolves.toStrictEqual({ known: true });
  });

  test.each([
    ['of another user', told({ ...STATUS, authy_id: 210 })],
    ['without a status', { success: true }],
    ['of a failure', { ...told(STATUS), success: false }],
    ['about a token', TOKEN_IS_VALID],
  ])('refuses an answer %s', async (_, body) => {
    const { url } = await serve(reply(200, body));
    const call = clientOf(url).users.status({ user: USER });
    await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
  });
});

describe('users.remove', () => {
  test.each([
    ['User removed from application', { removed: true }],
    ['User removed from application.', { removed: true }],
    ['User was added to remove.', { removed: false, reason: 'queued' }],
    ['Something new.', { removed: false, reason: 'queued' }],
    ['User removed from application tomorrow', { removed: false, reason: 'queued' }],
    [undefined, { removed: false, reason: 'queued' }],
  ])('takes the message %j for %j', async (message, removal) => {
    const { url, heard } = await serve(reply(200, { message, success: true }));
    await expect(clientOf(url).users.remove({ user: USER })).resolves.toStrictEqual(removal);
    expect(heard.map(({ method, url: path }) => `${method} ${path}`)).toStrictEqual([
      'POST /protected/json/users/209/delete',
    ]);
  });

  test.each([
    ['60016', 'unknown-user'],
    ['60026', 'unknown-user'],
    ['60128', 'unknown-user'],
    ['60127', 'queued'],
    ['60130', 'queued'],
  ])('takes %s for %s', async (code, reason) => {
    const { url } = await serve(reply(404, failure(code)));
    const removal = clientOf(url).users.remove({ user: USER });
    await expect(removal).resolves.toStrictEqual({ removed: false, reason, authyCode: code });
  });

  test.each([
    ['a 200 that says no', reply(200, { success: false }), 'refused'],
    ['a suspended user', reply(403, failure('60017')), 'refused'],
    ['a web page', html(200), 'ambiguous'],
  ])('does not take %s for a removal', async (_, script, kind) => {
    const { url, heard } = await serve(script);
    const call = clientOf(url, { retry: 5 }).users.remove({ user: USER });
    await expect(failureOf(call)).resolves.toMatchObject({ kind });
    expect(heard).toHaveLength(1);
  });
});
