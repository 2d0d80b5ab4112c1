// What a packet has to keep to before `dns-packet` reads it. The library trusts lengths inside of a record, and gives names as text: a label
// that contains a dot would become two, and one that is no ASCII another.

/** A packet that is no DNS message, or none that can be told from another. */
export class MalformedPacket extends Error {}

/** The fixed first part of every message, in bytes. */
export const HEADER = 12;

/** Bytes of a type's data before the name in it. */
const BEFORE_NAME: Readonly<Record<number, number>> = { 2: 0, 5: 0, 12: 0, 15: 2, 33: 6, 39: 0 };
const LENGTHS: Readonly<Record<number, number>> = { 1: 4, 28: 16 };
const SOA = 6;
const TXT = 16;
const OPT = 41;
const MAIL = true;

/** @throws MalformedPacket */
export function scan(bytes: Uint8Array): void {
  if (bytes.length < HEADER) throw new MalformedPacket("shorter than a header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = (at: number) => view.getUint16(at);
  let at = HEADER;
  for (let i = count(4); i > 0; i--) at = within(view, nameAt(bytes, at) + 4);
  for (let i = count(6) + count(8) + count(10); i > 0; i--) at = record(bytes, view, at);
  if (at !== bytes.length) throw new MalformedPacket("bytes behind the last record");
}

function record(bytes: Uint8Array, view: DataView, begin: number): number {
  const fixed = nameAt(bytes, begin);
  const data = within(view, fixed + 10);
  const type = view.getUint16(fixed);
  if (type !== OPT && view.getUint16(fixed + 2) !== 1) throw new MalformedPacket("a record of another class than IN");
  const length = view.getUint16(fixed + 8);
  const end = within(view, data + length);
  const before = BEFORE_NAME[type];
  if (before !== undefined) exactly(nameAt(bytes, data + before), end);
  else if (type in LENGTHS) exactly(data + (LENGTHS[type] ?? 0), end);
  else if (type === SOA) exactly(nameAt(bytes, nameAt(bytes, data), MAIL) + 20, end);
  else if (type === TXT) exactly(strings(bytes, data, end), end);
  else if (type === OPT) exactly(options(view, data, end), end);
  return end;
}

function strings(bytes: Uint8Array, begin: number, end: number): number {
  if (begin === end) throw new MalformedPacket("a TXT record without a string");
  let at = begin;
  while (at < end) at += 1 + (bytes[at] as number);
  return at;
}

function options(view: DataView, begin: number, end: number): number {
  let at = begin;
  while (at + 4 <= end) at += 4 + view.getUint16(at + 2);
  return at;
}

/** @returns where what follows the name begins */
function nameAt(bytes: Uint8Array, begin: number, isMail = false): number {
  let end: number | undefined;
  let at = begin;
  let earliest = begin;
  let total = 1;
  for (let labels = 0; ; labels++) {
    const length = bytes[at];
    if (length === undefined) throw new MalformedPacket("a name that does not end");
    if (length === 0) return end ?? at + 1;
    if (length >= 0xc0) {
      const target = (length - 0xc0) * 256 + (bytes[at + 1] ?? Infinity);
      // Backwards only, so there is an end to it.
      if (target >= earliest || target < HEADER) throw new MalformedPacket("a pointer that leads nowhere");
      end ??= at + 2;
      at = earliest = target;
      continue;
    }
    if (length > 63) throw new MalformedPacket("a label of an unknown kind");
    total += length + 1;
    if (total > 255) throw new MalformedPacket("a name longer than 255 bytes");
    for (let i = at + 1; i <= at + length; i++) {
      const byte = bytes[i];
      const isDot = byte === 0x2e && !(isMail && labels === 0);
      if (byte === undefined || byte < 0x20 || byte > 0x7e || isDot) {
        throw new MalformedPacket("a label with a dot in it, or with what is no printable ASCII");
      }
    }
    at += length + 1;
  }
}

function within(view: DataView, at: number): number {
  if (at > view.byteLength) throw new MalformedPacket("ends in the middle of a record");
  return at;
}

function exactly(at: number, end: number): void {
  if (at !== end) throw new MalformedPacket("a record whose length is wrong");
}
