import { expect, test } from 'vitest';
import { drawPng } from '../../src/emulator/users/qr.js';
import { readPng } from './read-png.js';

test.each([100, 299, 300, 1000])('a picture of %d pixels says what it was given', (size) => {
  const text = 'otpauth://totp/Authy:someone%40b.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect(readPng(drawPng({ text, size }))).toStrictEqual({ text, width: size, height: size });
});

test('a code too dense for the size grows instead of losing modules', () => {
  const text = 'x'.repeat(1200);
  const { width, height, text: read } = readPng(drawPng({ text, size: 100 }));
  expect({ read, square: width === height, grown: width > 100 }).toStrictEqual({
    read: text,
    square: true,
    grown: true,
  });
});
