/** A QR code as a PNG. */
import { encode } from 'fast-png';
import encodeQr from 'qr';

export interface Picture {
  /** What the QR code says. */
  text: string;
  /** Pixels, each way. */
  size: number;
}

/** ISO/IEC 18004 asks for four light modules on each side. */
const QUIET_ZONE = 4;

/** Draws in whole pixels per module, so `size` is outgrown by a code too dense for it. */
export function drawPng({ text, size }: Picture): Uint8Array<ArrayBuffer> {
  const modules = encodeQr(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const scale = Math.max(1, Math.floor(size / modules.length));
  const side = Math.max(size, modules.length);
  const margin = Math.floor((side - scale * modules.length) / 2);
  const pixels = new Uint8Array(side * side).fill(255);
  for (const [row, line] of modules.entries()) {
    for (const [column, dark] of line.entries()) {
      if (!dark) continue;
      for (let y = 0; y < scale; y++) {
        const start = (margin + row * scale + y) * side + margin + column * scale;
        pixels.fill(0, start, start + scale);
      }
    }
  }
  return Uint8Array.from(encode({ width: side, height: side, channels: 1, data: pixels }));
}
