/**
 * Ids made on the phone (UUID version 7, RFC 9562), so that every write is safe to repeat.
 * Within one page they only ever grow, even when the clock is set back.
 */
let last = 0n;

/** A fresh id: 48 bits of milliseconds, then a counter seeded at random, then random bits. */
export function newId(): string {
  const random = crypto.getRandomValues(new Uint16Array(5));
  const now = (BigInt(Date.now()) << 12n) | BigInt(random[0]! & 0x3ff);
  last = now > last ? now : last + 1n;
  const head = (last >> 12n).toString(16).padStart(12, '0');
  const counter = (last & 0xfffn).toString(16).padStart(3, '0');
  const tail = [...random.subarray(1)].map((part) => part.toString(16).padStart(4, '0')).join('');
  const variant = ((parseInt(tail[0]!, 16) & 0x3) | 0x8).toString(16);
  return `${head.slice(0, 8)}-${head.slice(8)}-7${counter}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}

/** When an id was made, in milliseconds, by the clock of its phone. */
export function madeAt(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
