import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchAt, LARGEST, readTree, type Tree, textAt } from '../../src/authy-door/params.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** A tree as plain data, to be looked at whole. */
function plain(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  return Object.fromEntries([...tree].map(([name, inner]) => [name, plain(inner)]));
}

async function read({
  query = '',
  body,
  type = FORM_TYPE,
}: {
  query?: string;
  body?: string;
  type?: string;
}) {
  const request = new Request(`http://a.example/${query}`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    ...(body === undefined ? {} : { body }),
  });
  return readTree({ request });
}

test.each([
  ['a=1&b=2', { a: '1', b: '2' }],
  ['user[email]=a&user[phone]=b', { user: { email: 'a', phone: 'b' } }],
  ['a=1&a=2', { a: '2' }],
  ['l[]=1&l[]=2', { l: { 0: '1', 1: '2' } }],
  ['l[][a]=1&l[][b]=2&l[][a]=3&l[][b]=4', { l: { 0: { a: '1', b: '2' }, 1: { a: '3', b: '4' } } }],
  ['l[1][a]=1&l[0][a]=2', { l: { 0: { a: '2' }, 1: { a: '1' } } }],
  ['a=1&a[b]=2', { a: { b: '2' } }],
  ['[a]=1&a]=2&a[=3&a[b=4', { '[a]': '1', 'a]': '2', 'a[': '3', 'a[b': '4' }],
  ['toString[x]=1', { toString: { x: '1' } }],
  ['a[b][c][d][e][f]=1&a[b][c][d][e][f][g]=2', { a: { b: { c: { d: { e: { f: '1' } } } } } }],
  ['a=%C3%A9+%26', { a: 'é &' }],
])('%s is read as a tree, from a form and from a query', async (text, expected) => {
  expect(plain(await read({ body: text }))).toStrictEqual(expected);
  expect(plain(await read({ query: `?${text}` }))).toStrictEqual(expected);
});

test.each([
  ['{"a":{"b":[1,null,true,"x"]}}', { a: { b: { 0: '1', 1: '', 2: 'true', 3: 'x' } } }],
  ['null', {}],
  ['{}', {}],
  ['[]', 'bad-request'],
  ['7', 'bad-request'],
  ['{', 'bad-request'],
  ['{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}', 'bad-request'],
])('%s in JSON is a tree or a bad request', async (body, expected) => {
  expect(plain(await read({ body, type: JSON_TYPE }))).toStrictEqual(expected);
  const type = 'application/vnd.a+json; charset=utf-8';
  expect(plain(await read({ body, type }))).toStrictEqual(expected);
});

test('what query and body both say, the body says', async () => {
  expect(plain(await read({ query: '?a=1&b=2', body: '{"a":3}', type: JSON_TYPE }))).toStrictEqual({
    a: '3',
    b: '2',
  });
});

test('a form says what JSON says', async () => {
  let nested = 0;
  const word = fc.stringMatching(/^[a-z]{1,5}$/);
  const branch = fc.dictionary(
    word,
    fc.oneof(fc.string(), fc.dictionary(word, fc.string(), { minKeys: 1 })),
    {
      noNullPrototype: true,
    },
  );
  await fc.assert(
    fc.asyncProperty(branch, async (params) => {
      const pairs = Object.entries(params).flatMap(([name, inner]): [string, string][] =>
        typeof inner === 'string'
          ? [[name, inner]]
          : Object.entries(inner).map(([key, value]) => [`${name}[${key}]`, value]),
      );
      if (pairs.some(([name]) => name.includes('['))) nested++;
      const form = await read({ body: new URLSearchParams(pairs).toString() });
      const json = await read({ body: JSON.stringify(params), type: JSON_TYPE });
      expect(plain(form)).toStrictEqual(plain(json));
    }),
  );
  expect(nested).toBeGreaterThan(20);
});

test('whatever is sent, reading it throws nothing and stays shallow', async () => {
  const depth = (tree: Tree): number =>
    1 +
    Math.max(
      0,
      ...[...tree.values()].map((inner) => (typeof inner === 'string' ? 0 : depth(inner))),
    );
  const name = fc.stringMatching(/^[ab[\]]{0,30}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, fc.string())), async (pairs) => {
      const tree = await read({ body: new URLSearchParams(pairs).toString() });
      expect(typeof tree === 'string' || depth(tree) <= 6).toBe(true);
    }),
  );
});

test('the body of a GET comes from Node, and no more of it than is allowed', async () => {
  const request = new Request('http://a.example/?a=1', { headers: { 'Content-Type': FORM_TYPE } });
  let drawn = 0;
  const incoming = async function* (chunk: string, count: number) {
    for (let i = 0; i < count; i++) {
      drawn++;
      yield new TextEncoder().encode(chunk);
    }
  };
  expect(plain(await readTree({ request, incoming: incoming('b=2&', 2) }))).toStrictEqual({
    a: '1',
    b: '2',
  });
  drawn = 0;
  const large = await readTree({ request, incoming: incoming('x'.repeat(1024), 1000) });
  expect([large, drawn]).toStrictEqual(['too-large', LARGEST / 1024 + 1]);
});

test('a path that leads nowhere, or not to a text, says nothing', async () => {
  const tree = (await read({ body: 'a[b]=1&c=2' })) as Tree;
  expect([
    textAt(tree, 'a', 'b'),
    textAt(tree, 'a'),
    textAt(tree, 'c', 'd'),
    textAt(tree, 'x'),
  ]).toStrictEqual(['1', undefined, undefined, undefined]);
  expect([...branchAt(tree, 'a')]).toStrictEqual([['b', '1']]);
  expect([...branchAt(tree, 'c')]).toStrictEqual([]);
});
