import { describe, expect, test } from 'vitest';
import { bareCause, provesUnsent } from '../src/unsent.js';

const failed = (cause: unknown): TypeError => new TypeError('fetch failed', { cause });
const system = (code: string, syscall?: string): Error =>
  Object.assign(new Error(code), { code, ...(syscall && { syscall }) });

describe('a failure of fetch', () => {
  test.each([
    ['ENOTFOUND', 'getaddrinfo'],
    ['EAI_AGAIN', 'getaddrinfo'],
    ['ECONNREFUSED', 'connect'],
    ['ETIMEDOUT', 'connect'],
    ['ECONNRESET', 'connect'],
    ['EAI_NONAME', undefined],
    ['EHOSTUNREACH', undefined],
    ['EHOSTDOWN', undefined],
    ['ENETUNREACH', undefined],
    ['ENETDOWN', undefined],
    ['EADDRNOTAVAIL', undefined],
    ['UND_ERR_CONNECT_TIMEOUT', undefined],
    ['ERR_SSL_WRONG_VERSION_NUMBER', undefined],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', undefined],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', undefined],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', undefined],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', undefined],
    ['CERT_HAS_EXPIRED', undefined],
    ['CERT_REVOKED', undefined],
    ['SELF_SIGNED_CERT_IN_CHAIN', undefined],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', undefined],
    ['INVALID_CA', undefined],
    ['INVALID_PURPOSE', undefined],
    ['HOSTNAME_MISMATCH', undefined],
    ['PATH_LENGTH_EXCEEDED', undefined],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', undefined],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined],
  ])('by %s (%s) proves that nothing was sent', (code, syscall) => {
    expect(provesUnsent(failed(system(code, syscall)))).toBe(true);
    expect(provesUnsent(failed(new Error('between', { cause: system(code, syscall) })))).toBe(true);
  });

  test.each([
    ['ECONNRESET', 'read'],
    ['ECONNRESET', undefined],
    ['ETIMEDOUT', 'read'],
    ['EHOSTUNREACH', 'read'],
    ['EPIPE', 'write'],
    ['UND_ERR_SOCKET', undefined],
    ['UND_ERR_HEADERS_TIMEOUT', undefined],
    ['UND_ERR_BODY_TIMEOUT', undefined],
    ['HPE_INVALID_CONSTANT', undefined],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', undefined],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', undefined],
    ['ENETRESET', undefined],
    ['INVALID_CALL', undefined],
    ['A_CERT_HAS_EXPIRED', undefined],
    ['ABORT_ERR', undefined],
    ['constructor', undefined],
  ])('by %s (%s) proves nothing', (code, syscall) => {
    expect(provesUnsent(failed(system(code, syscall)))).toBe(false);
  });

  test.each([[undefined], [null], ['ECONNREFUSED'], [404], [{}], [new TypeError('Load failed')]])(
    'without a cause that tells proves nothing: %j',
    (cause) => {
      expect(provesUnsent(failed(cause))).toBe(false);
      expect(provesUnsent(cause)).toBe(false);
    },
  );

  test('at several addresses proves it only if every one of them does', () => {
    const refused = system('ECONNREFUSED', 'connect');
    const both = [refused, system('ETIMEDOUT', 'connect')];
    expect(provesUnsent(failed(new AggregateError(both)))).toBe(true);
    const mixed = Object.assign(new AggregateError([refused, system('ECONNRESET', 'read')]), {
      code: 'ECONNREFUSED',
    });
    expect(provesUnsent(failed(mixed))).toBe(false);
  });

  test('that is its own cause comes to an end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(provesUnsent(error)).toBe(false);
    expect({ ...bareCause(error) }).toStrictEqual({ name: 'Error' });
  });
});

describe('a bare cause', () => {
  test('keeps the name and the innermost code', () => {
    const { name, message, cause, ...rest } = bareCause(failed(system('ECONNREFUSED', 'connect')));
    expect({ name, message, cause, ...rest }).toStrictEqual({
      name: 'TypeError',
      message: 'ECONNREFUSED',
      cause: undefined,
      code: 'ECONNREFUSED',
    });
  });

  test.each([['7654321'], ['E7654321'], ['http://authy/7654321'], ['a b'], ['x'.repeat(65)], [20]])(
    'drops a name or a code such as %j',
    (label) => {
      const bare = bareCause({ name: label, code: label });
      expect({ ...bare, message: bare.message }).toStrictEqual({ name: 'Error', message: 'Error' });
    },
  );
});
