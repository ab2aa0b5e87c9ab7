import { expect, test } from 'vitest';
import { sign, toQuery } from '../../src/emulator/onetouch/signature.js';

// Recomputed from the documented recipe with Python's hmac: key foobar123, and these parameters.
const url = 'https://api.authy.com/dashboard/json/application/webhooks';
const params = { b: 'val|ue&2', a: 'value1' };

test.each([
  ['POST', '4f9676D/+BzsEq8NzF0fXpv7qETnzJUW/4YGe7p0EPM='],
  ['GET', 'W+RlOV+lGi1EA9jaT1X5hL1aJFAuTRwnHuQhCp2tAxI='],
])('%s is signed as the recipe says', async (method, signature) => {
  const query = toQuery(params);
  expect(query).toBe('a=value1&b=val%7Cue%262');
  const nonce = '1427849783.886085';
  expect(await sign({ key: 'foobar123', nonce, method, url, query })).toBe(signature);
});

test.each([
  ['null is empty text', { a: null }, 'a='],
  [
    'booleans and numbers are text',
    { a: true, b: false, c: 1.5, d: 0 },
    'a=true&b=false&c=1.5&d=0',
  ],
  ['empty objects and lists are left out', { a: {}, b: [], c: { d: [{}] }, e: '' }, 'e='],
  ['lists keep their order', { a: ['z', 'b', 'a'] }, 'a%5B%5D=z&a%5B%5D=b&a%5B%5D=a'],
  [
    'objects in lists stay together',
    {
      l: [
        { u: '2', r: '1' },
        { u: '4', r: '3' },
      ],
    },
    'l%5B%5D%5Br%5D=1&l%5B%5D%5Bu%5D=2&l%5B%5D%5Br%5D=3&l%5B%5D%5Bu%5D=4',
  ],
  [
    'a list of twelve is not sorted by its numbers',
    { a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `a%5B%5D=${n}`).join('&'),
  ],
  ['capitals come first', { b: '1', B: '2', a: '3', A: '4' }, 'A=4&B=2&a=3&b=1'],
  ['the spelling is what is sorted', { 'a b': '1', 'a/b': '2' }, 'a%2Fb=2&a+b=1'],
  ['spaces, slashes and marks', { a: " /!'()*~-._é" }, 'a=+%2F%21%27%28%29%2A~-._%C3%A9'],
  [
    'words that look like null are words',
    { a: 'None of these', b: 'null' },
    'a=None+of+these&b=null',
  ],
])('%s', (_, value, query) => {
  expect(toQuery(value)).toBe(query);
});
