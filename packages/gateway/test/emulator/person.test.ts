import { expect, test } from 'vitest';
import { readPerson } from '../../src/emulator/users/person.js';

function person(email: string, cellphone: string, countryCode: string) {
  return readPerson(
    new Map([
      ['user[email]', email],
      ['user[cellphone]', cellphone],
      ['user[country_code]', countryCode],
    ]),
  );
}

test.each(['317-338-9302', '317 338 9302', '(317) 338.9302', '3173389302'])(
  'a phone number is its digits, however it is written: %s',
  (cellphone) => {
    expect(person('a@b.example', cellphone, '+1')).toStrictEqual({
      person: { email: 'a@b.example', cellphone: '3173389302', countryCode: '1' },
    });
  },
);

test.each([
  ['no email', person('', '3173389302', '1'), { email: 'is invalid' }],
  ['an email without @', person('a.example', '3173389302', '1'), { email: 'is invalid' }],
  [
    'a phone number with letters',
    person('a@b.example', '317abc9302', '1'),
    { cellphone: 'is invalid' },
  ],
  [
    'full-width digits',
    person('a@b.example', '３１７３３８９３０２', '1'),
    { cellphone: 'is invalid' },
  ],
  ['a country by name', person('a@b.example', '3173389302', 'US'), { country_code: 'is invalid' }],
  ['country 0', person('a@b.example', '3173389302', '0'), { country_code: 'is invalid' }],
])('%s is refused by name', (_, read, refused) => {
  expect(read).toStrictEqual({ refused });
});

test('every wrong field is named at once', () => {
  expect(readPerson(new Map())).toStrictEqual({
    refused: { email: 'is invalid', cellphone: 'is invalid', country_code: 'is invalid' },
  });
});
