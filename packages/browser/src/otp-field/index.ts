/** `<otp-field>` and what it is made of; importing it defines nothing. */
import { OtpField } from './otp-field.js';

export { normalizeCode } from './normalize-code.js';
export { OtpField };

/**
 * Defines `<otp-field>` in this page. Does nothing where it is defined already, or where there are no
 * elements, as on a server.
 *
 * @example
 * defineOtpField();
 */
export function defineOtpField(): void {
  const { customElements } = globalThis;
  if (customElements && !customElements.get('otp-field')) {
    customElements.define('otp-field', OtpField);
  }
}
