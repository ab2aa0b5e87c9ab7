// OneTouch: a person is asked to approve something in the Authy app.
import { askWhether, NO_USER } from './ask.js';
import type { Exchange } from './exchange.js';
import { given, id, oneOf, uuid, webAddress, wholeNumber, words } from './input.js';
import { type OneTouchRequest, readRequest, readRequestStatus } from './wire/one-touch.js';

export interface Logo {
  /** The resolution it is for. */
  res: 'default' | 'low' | 'med' | 'high';
  /** Up to 200 characters. */
  url: string;
}

/** Each throws {@link AuthyError} where Authy gave no usable answer. */
export interface OneTouch {
  /**
   * Asks a person to approve or deny something; never repeated, for each is a request of its own.
   *
   * `message` and the names and values of `details` have up to 200 characters each: what is longer
   * is refused, not cut. `hiddenDetails` come back with the answer and are shown to nobody.
   *
   * @throws {AuthyError} `ERR_AUTHY_INPUT` naming the field, before anything is sent
   * @example
   * await client.oneTouch.create({ user: '209', message: 'Log in?', secondsToExpire: 120 });
   */
  create(request: {
    user: string;
    message: string;
    details?: Readonly<Record<string, string>> | undefined;
    hiddenDetails?: Readonly<Record<string, string>> | undefined;
    logos?: readonly Logo[] | undefined;
    /** 0 is never. @default 86400 */
    secondsToExpire?: number | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<
    /** `request` names it to `status`. */
    | { created: true; request: string }
    | { created: false; reason: 'unknown-user' | 'suspended' | 'no-device'; authyCode: string }
  >;
  /** Asks what became of a request: only `approved` is a yes. Safe to repeat. */
  status(question: {
    request: string;
    signal?: AbortSignal | undefined;
  }): Promise<
    | ({ known: true } & OneTouchRequest)
    | { known: false; reason: 'unknown-request'; authyCode: string }
  >;
}

const LONGEST = 200;

/** Names of a person's own choosing are never rewritten: only values of calls are. */
function details(field: string, given: Readonly<Record<string, string>>): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${field} must be an object of strings`);
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      words(`a name in ${field}`, name, LONGEST),
      words(`a value in ${field}`, value, LONGEST),
    ]),
  );
}

const logo = ({ res, url }: Logo): Logo => ({
  url: webAddress(url, LONGEST),
  res: oneOf('res', res, ['default', 'low', 'med', 'high']),
});

export function createOneTouch(exchange: Exchange): OneTouch {
  return {
    async create({ signal, ...request }) {
      const body = {
        message: words('message', request.message, LONGEST),
        details: given(request.details, (value) => details('details', value)),
        hiddenDetails: given(request.hiddenDetails, (value) => details('hiddenDetails', value)),
        logos: given(request.logos, (logos) => logos.map(logo)),
        secondsToExpire: given(request.secondsToExpire, (value) =>
          wholeNumber('secondsToExpire', value, { min: 0, max: 2_147_483_647 }),
        ),
      };
      return askWhether(exchange, {
        method: 'POST',
        door: 'onetouch/json',
        path: ['users', id('user', request.user), 'approval_requests'],
        body,
        signal,
        flag: 'created',
        read: readRequest,
        no: { ...NO_USER, '60050': 'no-device', '60051': 'no-device' },
      });
    },
    async status({ request, signal }) {
      return askWhether(exchange, {
        method: 'GET',
        door: 'onetouch/json',
        path: ['approval_requests', uuid('request', request)],
        repeatable: true,
        signal,
        flag: 'known',
        read: readRequestStatus(request),
        no: { '60049': 'unknown-request' },
      });
    },
  };
}
