const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<string, number> = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));

/** Bytes as base64 (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    text += DIGITS[group >> 18]! + DIGITS[(group >> 12) & 63]!;
    text += left > 1 ? DIGITS[(group >> 6) & 63]! : "=";
    text += left > 2 ? DIGITS[group & 63]! : "=";
  }
  return text;
}

/** The bytes, or `undefined` if the text is not base64 with padding. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let group = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    const value = VALUES.get(text[i]!);
    if (value === undefined) return undefined;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[at++] = (group >> (bits -= 8)) & 255;
  }
  // Bits that belong to no byte are zero, so that equal bytes have one text.
  return (group & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
