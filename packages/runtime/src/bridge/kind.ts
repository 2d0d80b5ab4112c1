/**
 * The first element of each array that stands for a term. Strings, numbers, booleans, `null` and bytes stand for themselves, but for
 * strings with half a surrogate pair in them, which UTF-8 cannot carry.
 */
export const KIND = {
  list: 0,
  record: 1,
  object: 2,
  wildcard: 3,
  tail: 4,
  bigint: 5,
  symbol: 6,
  utf16: 7,
} as const;

/** The longest label of a record, and the longest key of a symbol, in UTF-16 code units: names that a program has in its text. */
export const LONGEST_NAME = 1000;
