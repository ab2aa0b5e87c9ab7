/** The one error class of the command: what ends it before it has an answer. */

/**
 * `ERR_USAGE` the command line, or what it points at, has to change; `ERR_LISTEN` the port is taken;
 * `ERR_SERVER` a server it needs does not answer, or not as it must; `ERR_SCENE` a scene of the tour did not do what it claims.
 */
export type CliErrorCode = 'ERR_USAGE' | 'ERR_LISTEN' | 'ERR_SERVER' | 'ERR_SCENE';

/** Its message is one line for a terminal, and never quotes a value somebody typed. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** Refuses a command line. */
export function misused(message: string): never {
  throw new CliError('ERR_USAGE', message);
}
