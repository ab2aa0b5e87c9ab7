import { expect, test } from 'vitest';
import { breakageOf, brokenReply } from '../../src/emulator/faults/broken.js';

test.each(['lost', 'reset'] as const)(
  'without a socket a %s reply is a body that fails, never a yes',
  async (how) => {
    const response = brokenReply(how);
    expect({ ok: response.ok, how: breakageOf(response)?.how }).toStrictEqual({ ok: false, how });
    await expect(response.text()).rejects.toThrow('the reply was lost');
  },
);

test('without a socket a truncated reply fails after the bytes that arrive', async () => {
  const bytes = new TextEncoder().encode('{"tok');
  const response = brokenReply('truncated', { status: 200, headers: { 'X-A': 'b' }, bytes });
  expect([response.status, response.headers.get('X-A')]).toStrictEqual([200, 'b']);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect((await reader.read()).value).toStrictEqual(bytes);
  await expect(reader.read()).rejects.toThrow('the reply was lost');
});

test('a whole reply is not broken', () => {
  expect(breakageOf(new Response('{}'))).toBeUndefined();
  expect(breakageOf(new Response(null, { status: 503 }))).toBeUndefined();
});
