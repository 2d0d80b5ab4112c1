/** From here on a bigint is written in hexadecimal: to decimal digits and back takes time that grows with the square of their number. */
const LARGE = 10n ** 1000n;

/** The digits of a bigint, with a minus if there is one: decimal up to 1000 digits, from there on hexadecimal after `0x`. */
export function bigintToText(value: bigint): string {
  const size = value < 0n ? -value : value;
  const digits = size < LARGE ? String(size) : `0x${size.toString(16)}`;
  return value < 0n ? `-${digits}` : digits;
}

/** The bigint, or `undefined` if the text is none that {@link bigintToText} writes. */
export function bigintFromText(text: string): bigint | undefined {
  const size = text.startsWith("-") ? text.slice(1) : text;
  if (!/^(?:\d{1,1000}|0x[\da-f]+)$/.test(size)) return undefined;
  const value = BigInt(size);
  return text.startsWith("-") ? -value : value;
}
