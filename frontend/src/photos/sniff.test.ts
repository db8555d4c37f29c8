import { expect, it } from 'vitest';
import { fit } from './shrink';
import { sniff } from './sniff';

const text = (value: string) => new TextEncoder().encode(value);
const bytes = (...parts: (number | number[] | Uint8Array)[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));

const START = [0xff, 0xd8];
const END = [0xff, 0xd9];
/** An EXIF block that holds a thumbnail with an end marker of its own. */
const EXIF = [0xff, 0xe1, 0, 8, 1, 2, 3, 4, ...END];
const SIZE = [0xff, 0xc0, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 1, 1, 0x11, 0];
const SCAN = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xff, 0x00, 0x56];

it('reads the size of a JPEG before it is decoded', () => {
  expect(sniff(bytes(START, EXIF, SIZE, SCAN, END))).toEqual({ format: 'jpeg', width: 4000, height: 3000, isWhole: true });
});

it('notices a JPEG that was cut, although its thumbnail is whole', () => {
  expect(sniff(bytes(START, EXIF, SIZE, SCAN))).toMatchObject({ isWhole: false });
});

it('notices a JPEG that ends in its header', () => {
  expect(sniff(bytes(START, EXIF, SIZE))).toMatchObject({ isWhole: false });
});

it('accepts what cameras append after the picture', () => {
  expect(sniff(bytes(START, SIZE, SCAN, END, text('MPF gain map')))).toMatchObject({ isWhole: true });
});

it('is not fooled by a text file named .jpg', () => {
  expect(sniff(text('Tämä ei ole kuva vaan muistiinpano.'))).toBeUndefined();
});

it('knows PNG, WebP and HEIC by their first bytes', () => {
  const header = bytes([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], text('IHDR'), [0, 0, 1, 0, 0, 0, 2, 0]);
  expect(sniff(bytes(header, text('IEND'), [0, 0, 0, 0]))).toEqual({ format: 'png', width: 256, height: 512, isWhole: true });
  expect(sniff(header)).toMatchObject({ isWhole: false });
  const vp8x = bytes(text('RIFF'), [22, 0, 0, 0], text('WEBPVP8X'), [10, 0, 0, 0, 0, 0, 0, 0], [0xff, 7, 0], [0xff, 3, 0]);
  expect(sniff(vp8x)).toEqual({ format: 'webp', width: 2048, height: 1024, isWhole: true });
  expect(sniff(bytes([0, 0, 0, 24], text('ftypheic'), [0, 0, 0, 0]))).toMatchObject({ format: 'heic' });
});

it('fits a picture into 2048 px and never makes it larger', () => {
  expect(fit(4000, 3000, 2048)).toEqual({ width: 2048, height: 1536 });
  expect(fit(3000, 9000, 2048)).toEqual({ width: 683, height: 2048 });
  expect(fit(640, 480, 2048)).toEqual({ width: 640, height: 480 });
});
