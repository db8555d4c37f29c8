/**
 * Pure: what a file really is, from its bytes and not its name, and whether it is whole.
 * Browsers decode half a JPEG without complaint; a truncated picture must not be called saved.
 */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

export interface Sniffed {
  format: Format;
  /** Known for JPEG, PNG and WebP before anything is decoded. */
  width?: number;
  height?: number;
  isWhole: boolean;
}

/** What the bytes are, or `undefined` when they are no picture. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return undefined;
  if (view.getUint16(0) === 0xffd8) return jpeg(bytes, view);
  if (view.getUint32(0) === 0x89504e47) return png(bytes, view);
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return webp(bytes, view);
  if (ascii(bytes, 0, 4) === 'GIF8') return { format: 'gif', isWhole: bytes.at(-1) === 0x3b };
  if (ascii(bytes, 4, 8) === 'ftyp') return isoMedia(ascii(bytes, 8, 12));
  return undefined;
}

function jpeg(bytes: Uint8Array, view: DataView): Sniffed {
  let at = 2;
  let size: { width: number; height: number } | undefined;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // SOF0–SOF15 carry the size; DHT, JPG and DAC lie among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    if (marker === 0xda) return { format: 'jpeg', ...size, isWhole: !!size && hasEnd(bytes, at + 2) };
    at += 2 + view.getUint16(at + 2);
  }
  return { format: 'jpeg', ...size, isWhole: false };
}

/** Whether the end marker follows the picture's data. Thumbnails lie before it, so theirs does not count. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

function png(bytes: Uint8Array, view: DataView): Sniffed {
  const isWhole = ascii(bytes, Math.max(0, bytes.length - 8), bytes.length - 4) === 'IEND';
  if (bytes.length < 24) return { format: 'png', isWhole: false };
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20), isWhole };
}

function webp(bytes: Uint8Array, view: DataView): Sniffed {
  const isWhole = bytes.length >= 30 && view.getUint32(4, true) + 8 <= bytes.length;
  if (!isWhole) return { format: 'webp', isWhole };
  const three = (at: number) => 1 + (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16));
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      return { format: 'webp', width: three(24), height: three(27), isWhole };
    case 'VP8 ':
      return { format: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, isWhole };
    default: {
      const packed = view.getUint32(21, true);
      return { format: 'webp', width: 1 + (packed & 0x3fff), height: 1 + ((packed >> 14) & 0x3fff), isWhole };
    }
  }
}

function isoMedia(brand: string): Sniffed | undefined {
  if (brand === 'avif' || brand === 'avis') return { format: 'avif', isWhole: true };
  if (['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].includes(brand)) return { format: 'heic', isWhole: true };
  return undefined;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
