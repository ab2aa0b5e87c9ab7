/** A QR code on a terminal: half a line of text is a row of it. */
import encodeQr from 'qr';
import { misused } from '../cli-error.js';
import type { World } from '../verb.js';

/** Bytes; a picture holds no more. */
const LONGEST = 2953;

/** Dark on light whatever the terminal's colours are, where it has any; else as light on dark. */
export function drawQr(text: string, { colors }: Pick<World, 'colors'>): string {
  if (text.length > LONGEST) misused('--account and --issuer are too long for a picture');
  const lines = encodeQr(text, 'ascii', { ecc: 'low', border: 2 }).trimEnd().split('\n');
  return lines.map((line) => `  ${colors ? `\u001b[97;40m${line}\u001b[0m` : line}\n`).join('');
}
