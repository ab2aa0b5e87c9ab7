// What a phone would read off a picture.
import { decode } from 'fast-png';
import decodeQr from 'qr/decode.js';

export function readPng(png: Uint8Array): { text: string; width: number; height: number } {
  const { width, height, data } = decode(png);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (const [i, grey] of (data as Uint8Array).entries()) {
    rgba.set([grey, grey, grey, 255], i * 4);
  }
  return { text: decodeQr({ width, height, data: rgba }), width, height };
}
