import { expect, test } from 'vitest';
import { isLostReply, lostReply } from '../../src/emulator/lost.js';

test('without a socket a lost reply is a body that fails, never a yes', async () => {
  const response = lostReply();
  expect({ ok: response.ok, lost: isLostReply(response) }).toStrictEqual({ ok: false, lost: true });
  await expect(response.text()).rejects.toThrow('the reply was lost');
  expect(isLostReply(new Response('{}'))).toBe(false);
  expect(isLostReply(new Response(null, { status: 503 }))).toBe(false);
});
