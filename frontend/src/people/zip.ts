/**
 * Writes a ZIP without compression (APPNOTE 6.3.10, stored entries). For the rescue file only: what lies
 * in it is text and pictures that are compressed already.
 */
export interface ZipEntry {
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

/** The entries as one file. */
export function zip(entries: ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const file = new TextEncoder().encode(name);
    const head = header(file, content, offset, false);
    directory.push(header(file, content, offset, true), file);
    parts.push(head, file, content);
    offset += head.length + file.length + content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...directory, end(entries.length, size, offset)], { type: 'application/zip' });
}

function header(file: Uint8Array, content: Uint8Array, offset: number, isDirectory: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(isDirectory ? 46 : 30));
  view.setUint32(0, isDirectory ? 0x02014b50 : 0x04034b50, true);
  const at = isDirectory ? 2 : 0;
  if (isDirectory) view.setUint16(4, 20, true);
  view.setUint16(at + 4, 20, true);
  // Names are UTF-8.
  view.setUint16(at + 6, 0x0800, true);
  // 1 January 1980, the earliest date a ZIP knows: the files carry their own times inside.
  view.setUint16(at + 12, 0x21, true);
  view.setUint32(at + 14, crc32(content), true);
  view.setUint32(at + 18, content.length, true);
  view.setUint32(at + 22, content.length, true);
  view.setUint16(at + 26, file.length, true);
  if (isDirectory) view.setUint32(42, offset, true);
  return new Uint8Array(view.buffer);
}

function end(n: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, n, true);
  view.setUint16(10, n, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return new Uint8Array(view.buffer);
}

/** CRC-32 as in ISO 3309. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
