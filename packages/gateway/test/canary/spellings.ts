// How a secret may be written: as it is, and in the encodings that texts are carried in.

export interface Spelling {
  text: string;
  /** Whether capitals matter. */
  exact: boolean;
  /** Whether letters and digits beside it make it another thing: six digits are part of many numbers. */
  whole: boolean;
}

/** Every way to write it, of itself or within something longer. */
export function spellings(canary: string | Uint8Array): Spelling[] {
  const bytes = Buffer.from(canary);
  const isText = typeof canary === 'string';
  const isShort = isText && /^[0-9]{1,9}$/.test(canary);
  const plain = isText
    ? spelled(canary, { whole: isShort })
    : spelled(bytes.toString('latin1'), { exact: true });
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const encoded =
    isText && encodeURIComponent(canary) !== canary ? [encodeURIComponent(canary)] : [];
  return [
    plain,
    ...[bytes.toString('hex'), percent, ...encoded].map((text) => spelled(text)),
    ...within(bytes, { digit: 5, group: 5, write: base32 }).map((text) => spelled(text)),
    ...within(bytes, { digit: 6, group: 3, write: (b) => b.toString('base64') }).flatMap((text) => [
      spelled(text, { exact: true }),
      spelled(text.replaceAll('+', '-').replaceAll('/', '_'), { exact: true }),
    ]),
  ];
}

function spelled(text: string, how: Partial<Spelling> = {}): Spelling {
  const { exact = false, whole = false } = how;
  return { text: exact ? text : text.toLowerCase(), exact, whole };
}

/**
 * The digits that stand for these bytes wherever they begin: encodings of several bytes a group write
 * them in as many ways as a group has bytes.
 */
function within(
  bytes: Buffer,
  { digit, group, write }: { digit: number; group: number; write: (bytes: Buffer) => string },
): string[] {
  return Array.from({ length: group }, (_, before) => {
    const text = write(Buffer.concat([Buffer.alloc(before), bytes]));
    const first = Math.ceil((before * 8) / digit);
    const end = Math.floor(((before + bytes.length) * 8) / digit);
    return text.slice(first, end);
  });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
