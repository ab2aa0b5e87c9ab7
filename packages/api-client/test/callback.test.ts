import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Callback, signCallback, verifyCallbackSignature } from '../src/index.js';

const NONCE = '1500648405.123';
const AT = 1_500_648_405_123;
const URL_OF_OURS = 'https://app.example/authy/callback';
const BODY = {
  status: 'approved',
  authy_id: 1234,
  device_uuid: 83372911,
  callback_action: 'approval_request_status',
  approval_request: {
    transaction: {
      details: { 'None of these': '=None', "Émile's (*!)": 'a+b & c', '7': 'seven' },
      hidden_details: null,
      device_details: {},
      flagged: false,
      reason: [],
    },
    logos: [
      { url: 'https://l.example/b.png', res: 'low' },
      { res: 'default', url: 'https://l.example/a.png' },
    ],
    expiration_timestamp: 1500648405,
  },
  Zed: [1, 2.5, 'x'],
};

// Computed with Python's hmac, hashlib and urllib.parse from the recipe; the first two are those
// of Twilio's documented parameters, with the signatures their parameters give.
const VECTORS: { name: string; callback: Callback; signature: string }[] = [
  ...(
    [
      ['POST', '4f9676D/+BzsEq8NzF0fXpv7qETnzJUW/4YGe7p0EPM='],
      ['GET', 'W+RlOV+lGi1EA9jaT1X5hL1aJFAuTRwnHuQhCp2tAxI='],
    ] as const
  ).map(([method, signature]) => ({
    name: `two values by ${method}`,
    callback: {
      apiKey: 'foobar123',
      nonce: '1427849783.886085',
      method,
      url: 'https://api.authy.com/dashboard/json/application/webhooks',
      params: { b: 'val|ue&2', a: 'value1' },
    },
    signature,
  })),
  {
    name: 'objects and arrays within each other',
    callback: {
      apiKey: 'key-of-ours',
      nonce: NONCE,
      method: 'POST',
      url: URL_OF_OURS,
      params: BODY,
    },
    signature: 'Dby81R4dPidFMr49ty5nABJn30ewZsAa3FWMnnnYGgk=',
  },
  {
    name: 'a query as it was received, with two logos',
    callback: {
      apiKey: 'key-of-ours',
      nonce: NONCE,
      method: 'GET',
      url: URL_OF_OURS,
      params:
        'a=1&logos%5B%5D%5Bres%5D=low&logos%5B%5D%5Burl%5D=u&logos%5B%5D%5Bres%5D=default&logos%5B%5D%5Burl%5D=v',
    },
    signature: 'mKIOcv2vDR0hpyJUXL7qXQ6EzX0u8PJ/wcp4YADv88M=',
  },
  {
    name: 'names that sort otherwise with their values than alone',
    callback: {
      apiKey: 'key-of-ours',
      nonce: NONCE,
      method: 'POST',
      url: URL_OF_OURS,
      params: { a: 1, 'a b': 2, B: 3, 'a*b': 4 },
    },
    signature: 'ft6QKn49l8yCE4+aAuRp+MlW2oFuHjR4l94176Y1hxM=',
  },
  {
    name: 'twelve elements in their own order',
    callback: {
      apiKey: 'key-of-ours',
      nonce: NONCE,
      method: 'POST',
      url: URL_OF_OURS,
      params: { l: Array.from({ length: 12 }, (_, index) => String(index)) },
    },
    signature: 'MqPepau8EfqM9H6a7zKC03A6Grm+OZgQ1LhnzNa5fTg=',
  },
];

const { callback: GENUINE, signature: SIGNATURE } = VECTORS[2]!;

describe('a signature', () => {
  test.each(VECTORS)('of $name is the one of the vector', ({ callback, signature }) => {
    expect(signCallback(callback)).toBe(signature);
    expect(verifyCallbackSignature({ ...callback, signature })).toBe(true);
  });

  test('does not mind the case of the method, what follows on the URL, nor a question mark', () => {
    for (const rest of ['?a=1#x', '#x', '#x?a=1']) {
      const url = `${URL_OF_OURS}${rest}`;
      const same = { ...GENUINE, method: 'post', url, signature: SIGNATURE };
      expect(verifyCallbackSignature(same)).toBe(true);
    }
    const { callback, signature } = VECTORS[3]!;
    const params = `?${callback.params}`;
    expect(verifyCallbackSignature({ ...callback, params, signature })).toBe(true);
  });

  test.each([
    ['another key', { apiKey: 'key-of-other' }],
    ['another nonce', { nonce: '1500648405.124' }],
    ['another method', { method: 'GET' }],
    ['a method Authy does not use', { method: 'PUT' }],
    ['a method that is none', { method: undefined }],
    ['what the server behind a proxy sees', { url: URL_OF_OURS.replace('https', 'http') }],
    ['another value', { params: { ...BODY, status: 'denied' } }],
    ['another value within', { params: { ...BODY, Zed: [1, 2.5, 'y'] } }],
    ['elements in another order', { params: { ...BODY, Zed: [2.5, 1, 'x'] } }],
    ['one value more', { params: { ...BODY, more: '' } }],
    ['one value less', { params: { ...BODY, Zed: undefined } }],
    ['no params', { params: undefined }],
    ['params that are null', { params: null }],
    ['params that are a list', { params: [BODY] }],
    ['no signature', { signature: null }],
    ['a missing signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['a signature cut short', { signature: SIGNATURE.slice(0, -1) }],
    ['a longer signature', { signature: `${SIGNATURE}=` }],
    ['a signature twice', { signature: SIGNATURE + SIGNATURE }],
    ['a signature for URLs', { signature: 'Dby81R4dPidFMr49ty5nABJn30ewZsAa3FWMnnnYGgk' }],
    ['the same bytes written otherwise', { signature: SIGNATURE.replace('k=', 'l=') }],
    ['a signature of another type', { signature: 7 }],
    ['no nonce', { nonce: null }],
    ['a nonce of another type', { nonce: 1500648405.123 }],
  ])('does not hold for %s', (_, change) => {
    const callback = { ...GENUINE, signature: SIGNATURE, ...change } as never;
    expect(verifyCallbackSignature(callback)).toBe(false);
  });

  test('does not hold where a bar would make one text of two callbacks', () => {
    const signature = createHmac('sha256', 'k').update('1|POST|https://a.example|b|POST|c|x=1');
    const forged = signature.digest('base64');
    const shifts = [
      { nonce: '1|POST|https://a.example|b', url: 'c', params: { x: '1' } },
      { nonce: '1', url: 'https://a.example|b|POST|c', params: { x: '1' } },
      { nonce: '1', url: 'https://a.example', params: 'b|POST|c|x=1' },
    ];
    for (const shift of shifts) {
      const callback = { apiKey: 'k', method: 'POST', signature: forged, ...shift };
      expect(verifyCallbackSignature(callback)).toBe(false);
    }
  });

  test.each([
    ['apiKey', undefined],
    ['apiKey', ''],
    ['apiKey', 7],
    ['url', null],
    ['maxAge', '300'],
  ])('cannot be checked with the %s %j, which is the caller’s own mistake', (name, value) => {
    const callback = { ...GENUINE, signature: SIGNATURE, at: AT, [name]: value } as never;
    expect(() => verifyCallbackSignature(callback)).toThrow(TypeError);
    expect(() => verifyCallbackSignature(callback)).toThrow(new RegExp(`^${name} must be `));
  });

  test('is not made of what Authy could not have sent', () => {
    for (const change of [
      { method: 'PUT' },
      { method: 'POSTS' },
      { params: [1] },
      { nonce: 'a|b' },
      { apiKey: '' },
    ]) {
      expect(() => signCallback({ ...GENUINE, ...change } as never)).toThrow(TypeError);
    }
  });
});

describe('the age of a nonce', () => {
  const at = (seconds: number, maxAge?: number): boolean =>
    verifyCallbackSignature({
      ...GENUINE,
      signature: SIGNATURE,
      at: AT + seconds * 1000,
      ...(maxAge !== undefined && { maxAge }),
    });

  test.each([
    [0, undefined, true],
    [300, undefined, true],
    [-300, undefined, true],
    [300.01, undefined, false],
    [-300.01, undefined, false],
    [10, 10, true],
    [10.01, 10, false],
    [0, Number.NaN, false],
    [0, -1, false],
    [Number.NaN, undefined, false],
    [Number.POSITIVE_INFINITY, undefined, false],
  ])('%d s on, with a limit of %s: %s', (seconds, maxAge, fresh) => {
    expect(at(seconds, maxAge)).toBe(fresh);
  });

  test.each(['', 'abc', '0x59727fd5', '1500648405.123 ', '-1', '1e9', 'Infinity'])(
    'is not told by %j, which is fresh at no time',
    (nonce) => {
      const signature = signCallback({ ...GENUINE, nonce });
      const callback = { ...GENUINE, nonce, signature };
      expect(verifyCallbackSignature(callback)).toBe(true);
      expect(verifyCallbackSignature({ ...callback, at: AT, maxAge: 1e12 })).toBe(false);
    },
  );
});

/** The recipe once more, in other words: Python's way of quoting, node's HMAC. */
function judge({ apiKey, nonce, method, url, params }: Callback): string {
  const quote = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) => {
        const sign = String.fromCharCode(byte);
        if (/[A-Za-z0-9_.~-]/.test(sign)) return sign;
        return sign === ' ' ? '+' : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
      })
      .join('');
  const write = (value: unknown, path: string): string => {
    if (Array.isArray(value)) {
      const each = value.map((inner) => write(inner, `${path}[]`));
      return each.filter((part) => part !== '').join('&');
    }
    if (value && typeof value === 'object') {
      const each = Object.keys(value).map((key) =>
        write(value[key as never], path === '' ? key : `${path}[${key}]`),
      );
      return each
        .filter((part) => part !== '')
        .sort()
        .join('&');
    }
    return `${quote(path)}=${quote(value === null ? '' : String(value))}`;
  };
  const query = typeof params === 'string' ? params : write(params, '');
  return createHmac('sha256', apiKey).update(`${nonce}|${method}|${url}|${query}`).digest('base64');
}

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('value'), {
    maxKeys: 5,
  }),
}));
const object = json.object as fc.Arbitrary<Record<string, unknown>>;

/** The same object with its names in another order, at every level. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  );
};

describe('whatever the params', () => {
  const callback = (params: Callback['params']): Callback => ({ ...GENUINE, params });

  test('they are signed as the recipe says, and the order of names does not count', () => {
    let nested = 0;
    fc.assert(
      fc.property(object, (params) => {
        if (Object.values(params).some((value) => Object(value) === value)) nested++;
        const signature = judge(callback(params));
        expect(signCallback(callback(params))).toBe(signature);
        const again = { ...callback(turned(params) as never), signature };
        expect(verifyCallbackSignature(again)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(nested).toBeGreaterThan(100);
  });

  test('one character changed in a value or in the signature is noticed', () => {
    fc.assert(
      fc.property(object, fc.string(), fc.nat(43), (params, text, at) => {
        const one = callback({ ...params, changed: text });
        const signature = signCallback(one);
        const other = { ...one, params: { ...params, changed: `${text}x` }, signature };
        expect(verifyCallbackSignature(other)).toBe(false);
        const sign = signature[at] === 'A' ? 'B' : 'A';
        const forged = signature.slice(0, at) + sign + signature.slice(at + 1);
        expect(verifyCallbackSignature({ ...one, signature: forged })).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('nothing a stranger can send is thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), fc.anything(), (...sent) => {
        const [params, signature, nonce, method] = sent.map((each) =>
          JSON.parse(
            JSON.stringify(each, (_, inner) => (typeof inner === 'bigint' ? 1 : inner)) ?? 'null',
          ),
        );
        const outcome = verifyCallbackSignature({ ...GENUINE, params, signature, nonce, method });
        expect(outcome).toBe(false);
      }),
    );
    const deep = JSON.parse(`${'{"a":['.repeat(50_000)}${']}'.repeat(50_000)}`);
    const halves = { '\ud800': '\udfff', ok: '😀' };
    expect(verifyCallbackSignature({ ...GENUINE, params: deep, signature: SIGNATURE })).toBe(false);
    expect(signCallback(callback(halves))).toBe(judge(callback(halves)));
  });
});
