// Every error code that a source names: what it means, and the error it makes where it is not expected.
import { expect, test } from 'vitest';
import { authyMeaning } from '../src/index.js';
import { clientOf, failure, failureOf, reply, serve } from './scripted-server.js';

const ambiguous = 'ambiguous';
const refused = 'refused';

// Code, kind, whether it may be asked again, text.
const CODES = [
  ['60000', ambiguous, false, 'Authy could not do this, and did not say why.'],
  ['60001', refused, false, "The service's API key is not valid."],
  ['60002', refused, false, 'The request is not valid.'],
  ['60003', refused, true, 'Too many requests. Wait a while, then try again.'],
  ['60004', refused, false, 'A parameter of the request is not valid.'],
  ['60005', refused, false, 'The request is not valid UTF-8.'],
  ['60006', refused, false, 'Codes by telephone are switched off.'],
  ['60007', refused, false, 'Codes by SMS are switched off.'],
  ['60008', refused, false, "The service's Authy account is suspended."],
  ['60009', refused, false, 'The monthly limit of SMS is reached.'],
  ['60010', refused, false, 'The daily limit of SMS is reached.'],
  ['60011', refused, false, 'The monthly limit of calls is reached.'],
  ['60012', refused, false, 'The daily limit of calls is reached.'],
  ['60013', refused, false, 'Phones of this country are not served.'],
  ['60014', refused, true, 'The call could not be started. Try again.'],
  ['60015', refused, true, 'The SMS could not be sent. Try again.'],
  ['60016', refused, false, 'There is no such user.'],
  ['60017', refused, false, 'The user is suspended.'],
  ['60018', refused, false, 'The user is disabled.'],
  ['60019', refused, false, 'The code is not valid. Wait for the next one.'],
  ['60020', refused, false, 'The code is not valid. Wait for the next one.'],
  ['60021', refused, false, 'The phone verification could not be started.'],
  ['60022', refused, false, 'The code is not valid.'],
  ['60023', refused, false, 'No code is pending for this phone. Ask for a new one.'],
  ['60024', refused, true, 'Nothing is known of this phone now. Try again later.'],
  ['60025', refused, true, 'The phone could not be looked up. Try again later.'],
  ['60026', refused, false, 'There is no such user.'],
  ['60027', refused, false, "The user's details are not valid."],
  ['60028', refused, false, 'The user could not be deleted.'],
  ['60029', refused, false, 'The activity could not be recorded.'],
  ['60030', refused, false, "The user's parameters are not valid."],
  ['60031', refused, false, 'This is not allowed.'],
  ['60032', refused, false, 'There is no such SMS.'],
  ['60033', refused, false, 'The phone number is not valid.'],
  ['60034', refused, false, 'The registration request is not valid.'],
  ['60035', refused, false, 'There is no such registration request.'],
  ['60036', refused, false, 'The registration PIN is wrong.'],
  ['60037', refused, false, 'The registration has expired.'],
  ['60038', refused, false, 'The e-mail address is not valid.'],
  ['60042', refused, false, "The phone verification's parameters are not valid."],
  ['60047', refused, false, "A key of Twilio's was used in place of one of Authy's."],
  ['60049', refused, false, 'There is no such approval request.'],
  ['60050', refused, false, 'The user has not registered the Authy app.'],
  ['60051', refused, false, 'The user has no device for approval requests.'],
  ['60052', ambiguous, false, 'Authy had a fault of its own. The request may have been sent.'],
  ['60053', refused, true, 'The approval request could not be sent. Try again.'],
  ['60054', ambiguous, false, 'Authy had a fault of its own. The request may have been sent.'],
  ['60055', refused, true, 'The user could not be notified. Try again.'],
  ['60056', refused, false, 'A connection by TLS is required.'],
  ['60057', refused, true, "The service's Authy account is suspended for a time."],
  ['60058', refused, false, 'The phone number was not found.'],
  ['60059', refused, false, 'The phone number is not valid.'],
  ['60060', refused, false, "The service's Twilio account is suspended."],
  ['60061', refused, false, 'The application is suspended.'],
  ['60063', refused, false, 'Requests from this address are not allowed.'],
  ['60064', refused, false, 'Approval requests cannot be switched on.'],
  ['60066', refused, false, "The callback's address could not be saved."],
  ['60068', refused, false, 'This cannot be changed while a device registers.'],
  ['60069', refused, false, 'There was an error with the access key.'],
  ['60070', refused, false, 'The application is not valid.'],
  ['60071', refused, false, 'There is no such access key.'],
  ['60072', refused, false, 'The access key is not valid.'],
  ['60073', refused, false, "The application's API key is not valid."],
  ['60074', refused, false, 'The access key lacks a permission.'],
  ['60075', refused, false, 'The application cannot be deleted.'],
  ['60078', refused, false, 'The country code is not accepted.'],
  ['60079', refused, false, 'The approval request is no longer pending.'],
  ['60080', refused, false, 'The approval request is not valid.'],
  ['60082', refused, false, 'A landline cannot receive an SMS.'],
  ['60083', refused, false, 'The phone number is not in service.'],
  ['60086', refused, false, 'The signed message has expired.'],
  ['60087', refused, false, 'The signature is not valid.'],
  ['60089', refused, false, 'The query for a report is not valid.'],
  ['60090', refused, false, 'The registration request could not be created.'],
  ['60091', refused, false, "Messages of one's own are not allowed."],
  ['60092', refused, false, 'There is no such device.'],
  ['60093', refused, false, 'The device could not be deleted.'],
  ['60094', refused, false, "The report's interval is not valid."],
  ['60095', refused, false, "The report's type is not valid."],
  ['60096', refused, true, 'The report could not be made. Try again.'],
  ['60097', refused, true, 'The phone number is being changed. Try again later.'],
  ['60098', refused, false, 'The webhook could not be created.'],
  ['60099', refused, false, 'The webhooks could not be listed.'],
  ['60100', refused, false, 'The webhook could not be deleted.'],
  ['60101', refused, false, 'The signed message is not valid.'],
  ['60102', refused, false, 'The push certificate could not be created.'],
  ['60103', refused, false, 'The push platform is not known.'],
  ['60104', refused, false, 'The push certificates are not valid.'],
  ['60105', refused, false, 'The notification could not be signed.'],
  ['60106', refused, false, 'The user is suspended.'],
  ['60107', refused, false, 'The user is blocked.'],
  ['60108', refused, false, 'This channel is not for this device.'],
  ['60109', refused, false, 'There is no such way to authenticate.'],
  ['60110', refused, false, 'The way to authenticate could not be created.'],
  ['60111', refused, false, 'There is no such authentication.'],
  ['60112', refused, false, 'The way to authenticate is not valid.'],
  ['60113', refused, false, 'There is no such authenticator.'],
  ['60114', refused, false, 'The authenticator could not be updated.'],
  ['60115', refused, false, "The phone's owner has opted out of messages."],
  ['60116', refused, false, "The phone verification's signed parameters are not valid."],
  ['60117', refused, false, 'There is no such application.'],
  ['60118', refused, false, 'The code is not valid. Wait for the next one.'],
  ['60119', refused, false, 'A user without personal data is needed for this.'],
  ['60120', refused, false, 'The limit of SMS is reached.'],
  ['60121', refused, false, 'The SMS is not valid.'],
  ['60122', refused, true, 'The QR code could not be made. Try again.'],
  ['60123', refused, false, 'Generic authenticators are switched off.'],
  ['60124', refused, false, 'There is no such account.'],
  ['60125', refused, false, 'The SDK application is not valid.'],
  ['60126', refused, true, 'The carrier could not be asked. Try again.'],
  ['60127', refused, false, 'The user is about to be deleted.'],
  ['60128', refused, false, 'The user was deleted.'],
  ['60129', refused, false, 'There is no such public key.'],
  ['60130', refused, false, 'The user is being deleted.'],
  ['60131', refused, false, 'The user could not be deleted.'],
  ['60132', ambiguous, false, 'The account was not wholly deleted.'],
  ['60133', ambiguous, false, 'Authy could not do this; what its code means is not known.'],
  ['60154', refused, false, 'Exporting seeds is switched off.'],
] as const;

test.each(CODES)('%s is %s, retriable is %s: %s', async (code, kind, retriable, text) => {
  expect(authyMeaning(code)).toStrictEqual({ text, kind, retriable });
  // A read that expects none of these codes, and so may be asked again after all but a clear no.
  const told = { name: 'AuthyError', authyCode: code };
  const { url, heard } = await serve(reply(503, failure(code)));
  await expect(failureOf(clientOf(url).application.details())).resolves.toStrictEqual({
    ...told,
    kind,
    code: kind === refused ? 'ERR_AUTHY_REFUSED' : 'ERR_AUTHY_AMBIGUOUS',
    retriable: retriable || kind === ambiguous,
    status: 503,
  });
  expect(heard).toHaveLength(1);
  const clear = await serve(reply(400, failure(code)));
  await expect(failureOf(clientOf(clear.url).application.details())).resolves.toStrictEqual({
    ...told,
    kind: refused,
    code: 'ERR_AUTHY_REFUSED',
    retriable,
    status: 400,
  });
});

test('these are all the codes that a source names', () => {
  const absent = [39, 40, 41, 43, 44, 45, 46, 48, 62, 65, 67, 76, 77, 81, 84, 85, 88];
  const numbers = Array.from({ length: 134 }, (_, index) => index).filter(
    (n) => !absent.includes(n),
  );
  expect(CODES.map(([code]) => Number(code) - 60000)).toStrictEqual([...numbers, 154]);
});

test.each(['60039', '60134', '60153', '60155', '99999', '', 'toString', '__proto__', undefined])(
  'no source names %s',
  (code) => {
    expect(authyMeaning(code)).toBeUndefined();
  },
);

test('a code of nobody says no more than its status', async () => {
  for (const [status, kind] of [
    [503, 'ambiguous'],
    [200, 'refused'],
    [400, 'refused'],
  ] as const) {
    const { url } = await serve(reply(status, failure('60155')));
    const call = clientOf(url, { retry: 0 }).application.details();
    await expect(failureOf(call)).resolves.toMatchObject({ kind, status, authyCode: '60155' });
  }
});
