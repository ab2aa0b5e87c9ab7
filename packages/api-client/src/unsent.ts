// Which failures of fetch prove that the request never left this machine.

/**
 * Codes in the cause chain of a failed fetch; observed on Node 20 unless noted.
 * Certificate codes count because the client checks the certificate before it writes the request.
 */
const NEVER_SENT = [
  // DNS (getaddrinfo)
  /^(?:ENOTFOUND|EAI_[A-Z]+)$/,
  // connect; ETIMEDOUT and ECONNRESET are not here: they also end calls that were sent
  /^(?:ECONNREFUSED|EADDRNOTAVAIL|E(?:HOST|NET)(?:DOWN|UNREACH)|UND_ERR_CONNECT_TIMEOUT)$/,
  // TLS: the peer does not speak it, or nothing in common; SSL/TLS is OpenSSL 3.2's and later
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/,
  /^ERR_SSL_SSL(?:V3|\/TLS)_ALERT_HANDSHAKE_FAILURE$/,
  // TLS: its certificate (OpenSSL's X509_V_ERR_ names as Node spells them)
  /^(?:CERT_|UNABLE_TO_|INVALID_(?:CA|PURPOSE)$|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT)/,
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)$/,
];

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
  const named = typeof code === 'string' && NEVER_SENT.some((known) => known.test(code));
  return named || provesUnsent(cause, depth - 1);
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
