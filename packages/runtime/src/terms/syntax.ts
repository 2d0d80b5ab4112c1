/** The words of the text form that its writer and its reader must agree on. */

/** Deepest nesting of lists, records and plain objects in a term. */
export const MAX_DEPTH = 256;

const WORD = /^[\p{L}$][\p{L}\p{N}_$-]*$/u;
const NAME = /^[\p{L}\p{N}_$-]+$/u;
const KEYWORDS: ReadonlySet<string> = new Set(["true", "false", "null"]);

/** Whether `text` can stand as a record's label, a key or a symbol's name without quotes. */
export function isWord(text: string): boolean {
  return WORD.test(text) && !KEYWORDS.has(text);
}

/** Whether `text` can be the name of a wildcard. */
export function isWildName(text: string): boolean {
  return NAME.test(text);
}

// JSON leaves these as they are, but they hide or reorder what stands around them.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A string literal as in JSON, with everything invisible escaped. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
