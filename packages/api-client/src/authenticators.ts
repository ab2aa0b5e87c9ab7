// What a user makes tokens with: a generic authenticator's secret, and devices of Authy's SDK.
import { askWhether, NO_USER, UNKNOWN_USER } from './ask.js';
import type { Exchange } from './exchange.js';
import { given, id, wholeNumber, words } from './input.js';
import { readAsItCame, readDone } from './wire/shape.js';
import { type QrCode, readQrCode, readSeed } from './wire/users.js';

export type NoUser = { reason: 'unknown-user' | 'suspended'; authyCode: string };

export interface Question {
  user: string;
  signal?: AbortSignal | undefined;
}

export interface Authenticators {
  /**
   * Makes a picture to be scanned by any authenticator app: the address of a PNG that holds a secret.
   *
   * `size` is its side in pixels, 1 to 1000. `label` is what the app shows, up to 255 characters.
   */
  qrCode(
    question: Question & { size?: number | undefined; label?: string | undefined },
  ): Promise<({ made: true } & QrCode) | ({ made: false } & NoUser)>;
  /**
   * Exports the seed of a user's generic authenticator, to move to another service.
   *
   * Twilio's support must switch this on. `otp` is a code that proves the seed.
   */
  exportSeed(
    question: Question,
  ): Promise<
    | { exported: true; secret: string; otp?: string }
    | { exported: false; reason: 'unknown-user' | 'not-enabled'; authyCode: string }
  >;
  /** Asks how a registration by Authy's SDK stands; undocumented, so told as it came. */
  registrationStatus(question: {
    customUserId: string;
    signal?: AbortSignal | undefined;
  }): Promise<
    | { known: true; registration: Readonly<Record<string, unknown>> }
    | { known: false; reason: 'unknown-registration' | 'unknown-user'; authyCode: string }
  >;
  /** Takes a device of Authy's SDK away from its user. */
  removeDevice(question: {
    device: string;
    signal?: AbortSignal | undefined;
  }): Promise<{ removed: true } | { removed: false; reason: 'unknown-device'; authyCode: string }>;
}

export function createAuthenticators(exchange: Exchange): Authenticators {
  return {
    async qrCode({ user, size, label, signal }) {
      const body = {
        qrSize: given(size, (value) => wholeNumber('size', value, { min: 1, max: 1000 })),
        label: given(label, (value) => words('label', value, 255)),
      };
      return askWhether(exchange, {
        method: 'POST',
        path: ['users', id('user', user), 'secret'],
        body,
        signal,
        flag: 'made',
        read: readQrCode,
        no: NO_USER,
      });
    },

    async exportSeed({ user, signal }) {
      return askWhether(exchange, {
        method: 'GET',
        path: ['users', id('user', user), 'secret', 'export'],
        signal,
        flag: 'exported',
        read: readSeed,
        no: { ...UNKNOWN_USER, '60154': 'not-enabled' },
      });
    },

    async registrationStatus({ customUserId, signal }) {
      return askWhether(exchange, {
        method: 'GET',
        path: ['registrations', 'status'],
        query: { customUserId: words('customUserId', customUserId, 255) },
        repeatable: true,
        signal,
        flag: 'known',
        read: (answer) => given(readAsItCame(answer), (registration) => ({ registration })),
        no: { ...UNKNOWN_USER, '60035': 'unknown-registration' },
      });
    },

    async removeDevice({ device, signal }) {
      return askWhether(exchange, {
        method: 'DELETE',
        path: ['sdk', 'devices', id('device', device)],
        signal,
        flag: 'removed',
        read: readDone,
        no: { '60092': 'unknown-device' },
      });
    },
  };
}
