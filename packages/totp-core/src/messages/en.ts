/** English. */
import type { Catalogue } from './catalogue.js';

export const en: Catalogue = {
  locale: 'en',
  direction: 'ltr',
  gap: ' ',
  list: 'conjunction',
  perhaps: 'probably ',
  about: 'about {duration} ',
  over: 'more than {percent}',
  person: {
    malformed: 'A code is made of digits. Type all the digits your app shows, and nothing else.',
    ok: 'This code is right. If it was not accepted, wait for the next one and type that.',
    again: 'This code was not accepted. Wait for the next one and type that.',
    slow: 'Your phone’s clock is {about}slow.',
    fast: 'Your phone’s clock is {about}fast.',
    automatic: 'Set the phone’s date and time to automatic, then type the next code.',
    ours: 'The clock on our side is wrong. You do not need to change anything; please try again later.',
    parameters:
      'Your app makes its codes in another way than this account expects. Set the account up in the app again.',
    unstable: 'The codes of this account do not fit together. Set the account up in the app again.',
  },
  looks: {
    summer: 'It looks as if it was set by hand for daylight saving time.',
    zone: 'It looks as if it was set by hand to another time zone.',
  },
  operator: {
    malformed: 'This is not a code: it has other characters, or too few or too many digits.',
    ok: 'This is {perhaps}the right code.',
    replayed: 'This code was {perhaps}used before.',
    stale: 'This is {perhaps}an old code, typed too late.',
    future: 'This is {perhaps}a code noted in advance.',
    'device-slow': 'The phone’s clock is {perhaps}{about}slow.',
    'device-fast': 'The phone’s clock is {perhaps}{about}fast.',
    'verifier-clock': 'This machine’s clock is {perhaps}wrong.',
    'clock-stepped': 'This machine’s clock was {perhaps}set back.',
    'wrong-parameters':
      'This code is {perhaps}right under another algorithm, digit count or period.',
    unstable: 'The codes of this secret {perhaps}come from clocks that do not agree.',
    'no-match': 'This is {perhaps}not a code of this secret.',
  },
  offset: {
    slow: 'Against this machine, the phone is {range} slow.',
    fast: 'Against this machine, the phone is {range} fast.',
    both: 'Against this machine, the phone is between {slow} slow and {fast} fast.',
  },
  evidence: {
    zero: 'Probability: {percent}.',
    one: 'Probability: {percent}, from {n} code.',
    other: 'Probability: {percent}, from {n} codes.',
  },
  next: {
    askNextCode: 'Next: ask for the next code.',
    fixPhone: 'Next: have the phone’s date and time set to automatic.',
    fixOurs: 'Next: set this machine’s clock right.',
    retry: 'Next: have the code typed again.',
    reEnroll: 'Next: enrol the phone anew.',
  },
};
