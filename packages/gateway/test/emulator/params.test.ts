import { expect, test } from 'vitest';
import { readParams } from '../../src/emulator/params.js';

function read(body: string | Uint8Array<ArrayBuffer>, type: string, query = '') {
  return readParams(
    new Request(`http://localhost/${query}`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    }),
  );
}

const USER = new Map([
  ['user[email]', 'a@b.example'],
  ['user[country_code]', '1'],
]);

test.each([
  ['JSON', '{"user":{"email":"a@b.example","country_code":1}}', 'application/json'],
  [
    'JSON with a charset',
    '{"user":{"email":"a@b.example","country_code":"1"}}',
    'Application/JSON; charset=utf-8',
  ],
  [
    'JSON of a vendor',
    '{"user":{"email":"a@b.example","country_code":1}}',
    'application/vnd.a+json',
  ],
  [
    'a form',
    'user[email]=a%40b.example&user%5Bcountry_code%5D=1',
    'application/x-www-form-urlencoded',
  ],
])('%s is read into the names a form would use', async (_, body, type) => {
  expect(await read(body, type)).toStrictEqual(USER);
});

test('a query is read where there is no body', async () => {
  const query = '?user[email]=a%40b.example&user[country_code]=1';
  expect(await read('', 'application/json', query)).toStrictEqual(USER);
});

test('what the body says wins over the query', async () => {
  expect(await read('{"a":"body"}', 'application/json', '?a=query&b=query')).toStrictEqual(
    new Map([
      ['a', 'body'],
      ['b', 'query'],
    ]),
  );
});

test('booleans, null, lists and hostile names are plain text', async () => {
  const body = '{"force":true,"none":null,"list":["x",{"y":2}],"__proto__":{"polluted":1}}';
  expect(await read(body, 'application/json')).toStrictEqual(
    new Map([
      ['force', 'true'],
      ['none', ''],
      ['list[0]', 'x'],
      ['list[1][y]', '2'],
      ['__proto__[polluted]', '1'],
    ]),
  );
});

test.each([
  [
    'one list element after the other',
    'logos[][res]=low&logos[][url]=a&logos[][res]=high&logos[][url]=b',
  ],
  [
    'elements that lack the first name',
    'logos[][url]=a&logos[][res]=low&logos[][url]=b&logos[][res]=high',
  ],
])('lists of a form get the numbers JSON would give them: %s', async (_, body) => {
  expect(await read(body, 'application/x-www-form-urlencoded')).toStrictEqual(
    new Map(
      body
        .split('&')
        .map(
          (pair, at) =>
            pair.replace('[]', `[${Math.floor(at / 2)}]`).split('=') as [string, string],
        ),
    ),
  );
});

test('values alone are a list, too', async () => {
  expect(await read('a[]=1&a[]=2&b=3', 'text/plain')).toStrictEqual(
    new Map([
      ['a[0]', '1'],
      ['a[1]', '2'],
      ['b', '3'],
    ]),
  );
});

async function* pieces(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text);
}

function get(incoming: AsyncIterable<Uint8Array>, type = 'application/x-www-form-urlencoded') {
  const request = new Request('http://localhost/?a=query&b=query', {
    headers: { 'Content-Type': type },
  });
  return readParams(request, incoming);
}

test('the body of a GET is read from what the server holds', async () => {
  expect(await get(pieces('a=bo', 'dy'))).toStrictEqual(
    new Map([
      ['a', 'body'],
      ['b', 'query'],
    ]),
  );
  expect(await get(pieces('{"a":', '{"c":1}}'), 'application/json')).toStrictEqual(
    new Map([
      ['a', 'query'],
      ['b', 'query'],
      ['a[c]', '1'],
    ]),
  );
});

test('the body of a GET has the same limit as any other', async () => {
  const limit = 16 * 1024;
  expect(await get(pieces('x'.repeat(limit)))).toBeInstanceOf(Map);
  expect(await get(pieces('x'.repeat(limit), 'x'))).toBe('too-large');
  expect(await get(pieces('x'.repeat(limit), 'x'.repeat(limit)))).toBe('too-large');
});

test('a JSON null is no parameters', async () => {
  expect(await read('null', 'application/json')).toStrictEqual(new Map());
});

test.each(['{', '[]', '"text"', '7', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`])(
  'JSON that is no object of parameters is told: %s',
  async (body) => {
    expect(await read(body, 'application/json')).toBe('not-json');
  },
);

test('bytes that are not UTF-8 are told', async () => {
  expect(await read(Uint8Array.of(0x61, 0xff), 'application/json')).toBe('not-utf8');
});
