import { describe, expect, test } from 'vitest';
import { readAnswer } from '../src/answer.js';
import { failure, failureOf, reply, serve, TOKEN_IS_VALID, verifyAt } from './scripted-server.js';

const read = (body: BodyInit | null, init: ResponseInit): ReturnType<typeof readAnswer> =>
  readAnswer(new Response(body, init), { repeatable: false });
const TYPED = { 'content-type': 'application/json' };

describe('an answer', () => {
  test('of exactly 64 KiB is read, and one byte more is not', async () => {
    const text = JSON.stringify(TOKEN_IS_VALID);
    const fits = await serve(reply(200, text.padEnd(65_536)));
    await expect(verifyAt(fits.url)).resolves.toStrictEqual({ valid: true });
    const over = await serve(reply(200, text.padEnd(65_537)));
    await expect(failureOf(verifyAt(over.url))).resolves.toMatchObject({ kind: 'ambiguous' });
  });

  test.each([
    [401, 'refused'],
    [503, 'ambiguous'],
  ])(
    'too large to be Authy’s at %d is no ruling, even if it starts as one',
    async (status, kind) => {
      const { url } = await serve(reply(status, JSON.stringify(failure('60020')).padEnd(70_000)));
      await expect(failureOf(verifyAt(url))).resolves.toMatchObject({ kind, status });
    },
  );

  test('that never ends is given up once it is too large', async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, TYPED);
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });
    await expect(failureOf(verifyAt(url))).resolves.toMatchObject({ kind: 'ambiguous' });
  });

  test('split in the middle of a character is put together', async () => {
    const bytes = new TextEncoder().encode('{"message":"é"}');
    const halves = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 13));
        controller.enqueue(bytes.slice(13));
        controller.close();
      },
    });
    await expect(read(halves, { headers: TYPED })).resolves.toStrictEqual({
      status: 200,
      redirected: false,
      declaresJson: true,
      complete: true,
      content: { message: 'é' },
      repeatable: false,
    });
  });

  test.each([
    ['application/json', true],
    ['Application/JSON;charset=utf-8', true],
    ['application/json ; charset=utf-8', true],
    ['application/jsonp', false],
    ['text/json', false],
    ['text/html; x=application/json', false],
  ])('of type %s declares JSON: %s', async (type, declaresJson) => {
    const answer = await read('{}', { headers: { 'content-type': type } });
    expect(answer.declaresJson).toBe(declaresJson);
  });

  test.each([
    [{ 'retry-after': '120' }, 120],
    [{ 'retry-after': '0' }, 0],
    [
      {
        'retry-after': 'Fri, 13 Feb 2009 23:32:00 GMT',
        date: 'Fri, 13 Feb 2009 23:31:30 GMT',
      },
      30,
    ],
    [
      {
        'retry-after': 'Fri, 13 Feb 2009 23:31:00 GMT',
        date: 'Fri, 13 Feb 2009 23:31:30 GMT',
      },
      0,
    ],
    [{ 'retry-after': 'Fri, 13 Feb 2009 23:32:00 GMT' }, undefined],
    [{ 'retry-after': 'soon', date: 'Fri, 13 Feb 2009 23:31:30 GMT' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '5 minutes' }, undefined],
    [{ 'retry-after': '1234567890' }, undefined],
    [{}, undefined],
  ])('with %j asks for %s seconds', async (headers, seconds) => {
    const answer = await read('', { status: 429, headers });
    expect(answer.retryAfter).toBe(seconds);
  });

  test.each(['opaqueredirect', 'opaque'])(
    'of type %s is a redirect and is not read',
    async (type) => {
      const response = new Response(JSON.stringify(TOKEN_IS_VALID), { headers: TYPED });
      Object.defineProperty(response, 'type', { value: type });
      await expect(readAnswer(response, { repeatable: false })).resolves.toStrictEqual({
        status: 200,
        redirected: true,
        declaresJson: true,
        complete: false,
        content: undefined,
        repeatable: false,
      });
    },
  );

  test('a custom fetch got by following a redirect is no ruling', async () => {
    const response = new Response(JSON.stringify(TOKEN_IS_VALID), { headers: TYPED });
    Object.defineProperty(response, 'redirected', { value: true });
    const answer = await readAnswer(response, { repeatable: false });
    expect(answer.redirected).toBe(true);
  });
});
