/** A secret, from a file or standard input: command lines are seen by everybody on a machine. */
import { createReadStream } from 'node:fs';
import { misused } from './cli-error.js';
import type { World } from './verb.js';

/** Bytes; the longest otpauth URI is far shorter. */
const LIMIT = 16 * 1024;

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'the file may not be read',
  EISDIR: 'this is a folder',
};

/** The text of the file, or of standard input for `-`, without the white space around it. */
export async function readSecretFile(
  path: string,
  { stdin }: World,
  option = '--secret-file',
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of path === '-' ? stdin : createReadStream(path)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LIMIT) break;
    }
  } catch (error) {
    // The path is not repeated: somebody may have put the secret in its place.
    const { code = '' } = error as NodeJS.ErrnoException;
    misused(`${option}: ${REASONS[code] ?? 'the file cannot be read'}`);
  }
  if (size > LIMIT) misused(`${option}: the file is too large to be a secret`);
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') misused(`${option}: the file is empty`);
  return text;
}
