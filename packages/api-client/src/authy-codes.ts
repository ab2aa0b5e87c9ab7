// Authy's error codes: what each means in words fit for anybody, and how it ends a call. The
// numbers and meanings are those of Authy's own clients (authy-java) and pages.
import type { AuthorityFailure } from './authority.js';

/** Authy broke down on the way, and may have done what was asked. */
const BROKE_DOWN: ReadonlySet<string> = new Set(['60000', '60052', '60054', '60132', '60133']);

/** The same call may go well later, though nobody changes anything. */
const PASSING: ReadonlySet<string> = new Set([
  '60003',
  '60014',
  '60015',
  '60024',
  '60025',
  '60053',
  '60055',
  '60057',
  '60096',
  '60097',
  '60122',
  '60126',
]);

export interface AuthyMeaning {
  /** A sentence that quotes nothing of the call; reused and wrong codes read alike. */
  text: string;
  /** Of the error where a call expects no such answer; a 4xx is `refused` whatever its code. */
  kind: AuthorityFailure;
  /** Whether the same call may be made again and could then succeed. */
  retriable: boolean;
}

/**
 * Tells what one of Authy's codes means; undefined for a code that no source names.
 *
 * @example
 * if (error instanceof AuthyError) show(authyMeaning(error.authyCode)?.text ?? 'Try again later.');
 */
export function authyMeaning(authyCode: string | undefined): AuthyMeaning | undefined {
  if (authyCode === undefined || !Object.hasOwn(TEXTS, authyCode)) return undefined;
  const text = TEXTS[authyCode as keyof typeof TEXTS];
  return { text, kind: kindOfCode(authyCode) ?? 'refused', retriable: isPassing(authyCode) };
}

/** The kind of a code that is Authy's; what no source names says nothing. */
export const kindOfCode = (authyCode: string): AuthorityFailure | undefined => {
  if (BROKE_DOWN.has(authyCode)) return 'ambiguous';
  return /^60(?:0\d\d|1[0-2]\d|13[0-3]|154)$/.test(authyCode) ? 'refused' : undefined;
};

export const isPassing = (authyCode: string): boolean => PASSING.has(authyCode);

const TEXTS = {
  '60000': 'Authy could not do this, and did not say why.',
  '60001': "The service's API key is not valid.",
  '60002': 'The request is not valid.',
  '60003': 'Too many requests. Wait a while, then try again.',
  '60004': 'A parameter of the request is not valid.',
  '60005': 'The request is not valid UTF-8.',
  '60006': 'Codes by telephone are switched off.',
  '60007': 'Codes by SMS are switched off.',
  '60008': "The service's Authy account is suspended.",
  '60009': 'The monthly limit of SMS is reached.',
  '60010': 'The daily limit of SMS is reached.',
  '60011': 'The monthly limit of calls is reached.',
  '60012': 'The daily limit of calls is reached.',
  '60013': 'Phones of this country are not served.',
  '60014': 'The call could not be started. Try again.',
  '60015': 'The SMS could not be sent. Try again.',
  '60016': 'There is no such user.',
  '60017': 'The user is suspended.',
  '60018': 'The user is disabled.',
  '60019': 'The code is not valid. Wait for the next one.',
  '60020': 'The code is not valid. Wait for the next one.',
  '60021': 'The phone verification could not be started.',
  '60022': 'The code is not valid.',
  '60023': 'No code is pending for this phone. Ask for a new one.',
  '60024': 'Nothing is known of this phone now. Try again later.',
  '60025': 'The phone could not be looked up. Try again later.',
  '60026': 'There is no such user.',
  '60027': "The user's details are not valid.",
  '60028': 'The user could not be deleted.',
  '60029': 'The activity could not be recorded.',
  '60030': "The user's parameters are not valid.",
  '60031': 'This is not allowed.',
  '60032': 'There is no such SMS.',
  '60033': 'The phone number is not valid.',
  '60034': 'The registration request is not valid.',
  '60035': 'There is no such registration request.',
  '60036': 'The registration PIN is wrong.',
  '60037': 'The registration has expired.',
  '60038': 'The e-mail address is not valid.',
  '60042': "The phone verification's parameters are not valid.",
  '60047': "A key of Twilio's was used in place of one of Authy's.",
  '60049': 'There is no such approval request.',
  '60050': 'The user has not registered the Authy app.',
  '60051': 'The user has no device for approval requests.',
  '60052': 'Authy had a fault of its own. The request may have been sent.',
  '60053': 'The approval request could not be sent. Try again.',
  '60054': 'Authy had a fault of its own. The request may have been sent.',
  '60055': 'The user could not be notified. Try again.',
  '60056': 'A connection by TLS is required.',
  '60057': "The service's Authy account is suspended for a time.",
  '60058': 'The phone number was not found.',
  '60059': 'The phone number is not valid.',
  '60060': "The service's Twilio account is suspended.",
  '60061': 'The application is suspended.',
  '60063': 'Requests from this address are not allowed.',
  '60064': 'Approval requests cannot be switched on.',
  '60066': "The callback's address could not be saved.",
  '60068': 'This cannot be changed while a device registers.',
  '60069': 'There was an error with the access key.',
  '60070': 'The application is not valid.',
  '60071': 'There is no such access key.',
  '60072': 'The access key is not valid.',
  '60073': "The application's API key is not valid.",
  '60074': 'The access key lacks a permission.',
  '60075': 'The application cannot be deleted.',
  '60078': 'The country code is not accepted.',
  '60079': 'The approval request is no longer pending.',
  '60080': 'The approval request is not valid.',
  '60082': 'A landline cannot receive an SMS.',
  '60083': 'The phone number is not in service.',
  '60086': 'The signed message has expired.',
  '60087': 'The signature is not valid.',
  '60089': 'The query for a report is not valid.',
  '60090': 'The registration request could not be created.',
  '60091': "Messages of one's own are not allowed.",
  '60092': 'There is no such device.',
  '60093': 'The device could not be deleted.',
  '60094': "The report's interval is not valid.",
  '60095': "The report's type is not valid.",
  '60096': 'The report could not be made. Try again.',
  '60097': 'The phone number is being changed. Try again later.',
  '60098': 'The webhook could not be created.',
  '60099': 'The webhooks could not be listed.',
  '60100': 'The webhook could not be deleted.',
  '60101': 'The signed message is not valid.',
  '60102': 'The push certificate could not be created.',
  '60103': 'The push platform is not known.',
  '60104': 'The push certificates are not valid.',
  '60105': 'The notification could not be signed.',
  '60106': 'The user is suspended.',
  '60107': 'The user is blocked.',
  '60108': 'This channel is not for this device.',
  '60109': 'There is no such way to authenticate.',
  '60110': 'The way to authenticate could not be created.',
  '60111': 'There is no such authentication.',
  '60112': 'The way to authenticate is not valid.',
  '60113': 'There is no such authenticator.',
  '60114': 'The authenticator could not be updated.',
  '60115': "The phone's owner has opted out of messages.",
  '60116': "The phone verification's signed parameters are not valid.",
  '60117': 'There is no such application.',
  '60118': 'The code is not valid. Wait for the next one.',
  '60119': 'A user without personal data is needed for this.',
  '60120': 'The limit of SMS is reached.',
  '60121': 'The SMS is not valid.',
  '60122': 'The QR code could not be made. Try again.',
  '60123': 'Generic authenticators are switched off.',
  '60124': 'There is no such account.',
  '60125': 'The SDK application is not valid.',
  '60126': 'The carrier could not be asked. Try again.',
  '60127': 'The user is about to be deleted.',
  '60128': 'The user was deleted.',
  '60129': 'There is no such public key.',
  '60130': 'The user is being deleted.',
  '60131': 'The user could not be deleted.',
  '60132': 'The account was not wholly deleted.',
  '60133': 'Authy could not do this; what its code means is not known.',
  '60154': 'Exporting seeds is switched off.',
};
