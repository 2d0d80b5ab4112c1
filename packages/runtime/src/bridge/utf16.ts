/** Half a surrogate pair: with the flag, whole ones are one character and do not match. */
const HALF = /\p{Surrogate}/u;

/** Whether UTF-8 can carry a string. */
export function isUnicode(text: string): boolean {
  return !HALF.test(text);
}

/** The code units of a string, each in two bytes, the lower one first. */
export function toUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 255;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

/** The string of these code units, or `undefined` if the last one is cut in half. */
export function fromUtf16(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
  return text;
}
