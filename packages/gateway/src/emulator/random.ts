/** Names and codes that nobody can foresee. */

/** As Authy names what is not a user: 24 hexadecimal digits. */
export function randomHexId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A code of so many digits, each as likely as any other. */
export function randomCode(digits: number): string {
  const bytes = new Uint8Array(1);
  let code = '';
  while (code.length < digits) {
    const byte = crypto.getRandomValues(bytes)[0] as number;
    // 250 is the largest multiple of 10 in a byte.
    if (byte < 250) code += byte % 10;
  }
  return code;
}
