// Which failures of fetch prove that the request never left this machine.

/**
 * Codes in the cause chain of a failed fetch; observed on Node 20 unless noted.
 * Certificate codes count because the client checks the certificate before it writes the request.
 */
const NEVER_SENT: ReadonlySet<string> = new Set([
  // DNS (getaddrinfo)
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  // connect; ETIMEDOUT and ECONNRESET are not here: they also end calls that were sent
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // TLS: the peer does not speak it, or nothing in common
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', // OpenSSL 3.2 and later
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  // TLS: its certificate (OpenSSL's X509_V_ERR_ names as Node spells them)
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether an error, or what caused it, proves that nothing was sent. */
export function provesUnsent(error: unknown, depth = 8): boolean {
  if (depth === 0) return false;
  const { code, syscall, errors, cause } = properties(error);
  // Several addresses tried: every one of them must have failed to connect.
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.every((each) => provesUnsent(each, depth - 1));
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  // An established connection can also report its host as unreachable.
  if (syscall === 'read' || syscall === 'write') return false;
  return (typeof code === 'string' && NEVER_SENT.has(code)) || provesUnsent(cause, depth - 1);
}

/**
 * A cause without what errors of fetch carry along: the request, whose URL holds the code, or
 * messages that quote it. What is left is the name and the innermost code.
 */
export function bareCause(error: unknown): Error {
  const { name } = properties(error);
  const label = isLabel(name) ? name : 'Error';
  const code = innermostCode(error);
  return Object.assign(new Error(code ?? label), { name: label, ...(code && { code }) });
}

function innermostCode(error: unknown, depth = 8): string | undefined {
  const { code, cause } = properties(error);
  const inner = depth > 1 && cause !== undefined ? innermostCode(cause, depth - 1) : undefined;
  return inner ?? (isLabel(code) ? code : undefined);
}

const properties = (
  error: unknown,
): Partial<Record<'name' | 'code' | 'syscall' | 'errors' | 'cause', unknown>> =>
  typeof error === 'object' && error !== null ? error : {};

/** An identifier; a run of four digits could be part of a code or a phone number. */
const isLabel = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z_][\w/]{0,63}$/.test(value) && !/\d{4}/.test(value);
