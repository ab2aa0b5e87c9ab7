/** What an export is, told by what is in it. */
import { misused } from '../cli-error.js';
import { isAegis, readAegis } from './aegis.js';
import type { Found } from './found.js';
import type { Password } from './protected.js';
import { isPskc, readPskc } from './pskc.js';
import { isTwoFas, readTwoFas } from './twofas.js';
import { isUris, readUris } from './uris.js';

/** Ends the command for a file that is none of those that are known. */
export async function readExport(content: string, password: Password): Promise<Found[]> {
  if (isUris(content)) return readUris(content);
  if (isPskc(content)) return readPskc(content, password);
  const json = parsed(content);
  if (isAegis(json)) return readAegis(json, password);
  if (isTwoFas(json)) return readTwoFas(json, password);
  return misused('--file: this is no export that is known here; --help lists them');
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
