import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { limitBody } from '../src/body-limit.js';

const LIMIT = 10;

/** What is answered, and how often the limit reached for the body itself. */
async function ask(
  headers: Record<string, string>,
  { method = 'POST', size = 4 }: { method?: string; size?: number } = {},
) {
  const app = new Hono();
  app.use(limitBody({ maxSize: LIMIT, onError: (c) => c.text('too large', 413) }));
  app.all('/', async (c) => c.text(`read ${(await c.req.text()).length}`));
  const hasBody = method !== 'GET';
  const request = new Request('http://localhost/', {
    method,
    headers,
    ...(hasBody ? { body: 'x'.repeat(size) } : {}),
  });
  let reached = 0;
  const raw = new Proxy(request, {
    get(target, name) {
      if (name === 'body') reached++;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const answer = await app.fetch(raw);
  return [answer.status, await answer.text(), reached > 0];
}

describe('the limit of a body', () => {
  test.each([
    ['a length told that fits', { 'content-length': '4' }, {}, [200, 'read 4', false]],
    ['the largest', { 'content-length': '10' }, { size: 10 }, [200, 'read 10', false]],
    ['no body at all', {}, { method: 'GET' }, [200, 'read 0', false]],
    ['a length told that does not fit', { 'content-length': '11' }, {}, [413, 'too large', true]],
    ['a length that is none', { 'content-length': 'many' }, { size: 4 }, [200, 'read 4', true]],
  ] as const)('%s', async (_, headers, given, expected) => {
    expect(await ask(headers, given)).toStrictEqual(expected);
  });

  test('where the length is not told, or said to be of no account, it is counted', async () => {
    const chunked = { 'content-length': '4', 'transfer-encoding': 'chunked' };
    for (const headers of [{}, chunked]) {
      expect(await ask(headers, { size: 10 })).toStrictEqual([200, 'read 10', true]);
      expect(await ask(headers, { size: 11 })).toStrictEqual([413, 'too large', true]);
    }
  });
});
