/** Exports that ask for a password, opened with what the file of `--password-file` holds. */
import { createDecipheriv } from 'node:crypto';
import { misused } from '../cli-error.js';

/** Asked for only where an export is closed. */
export type Password = () => Promise<string>;

export function wrongPassword(): never {
  misused('--password-file: the password does not open this export');
}

/** AES-256-GCM; `undefined` where the key is another. */
export function openGcm({
  key,
  nonce,
  sealed,
  tag,
}: Record<'key' | 'nonce' | 'sealed' | 'tag', Buffer>): Buffer | undefined {
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAuthTag(tag);
    return Buffer.concat([cipher.update(sealed), cipher.final()]);
  } catch {
    return undefined;
  }
}
