import { isBytes, recordInfo, type Term } from "../terms/kinds.ts";
import type { AnyRecordType } from "../terms/record-table.ts";
import type { FieldCheck } from "../terms/record.ts";

/** A string with something in it. */
export const nonEmptyString: FieldCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a non-empty string";

/** Any string. */
export const string: FieldCheck = (value) => (typeof value === "string" ? undefined : "a string");

/** The number of a TCP or UDP port. */
export const port: FieldCheck = (value) =>
  isNatural(value) && value <= 65_535 ? undefined : "an integer from 0 to 65535";

/** A whole number that is exact. */
export const natural: FieldCheck = (value) => (isNatural(value) ? undefined : "an integer from 0 to 2^53 - 1");

/** A length of time or a time of day. */
export const nonNegative: FieldCheck = (value) =>
  typeof value === "number" && value >= 0 ? undefined : "a number that is not negative";

/** Any number. */
export const number: FieldCheck = (value) => (typeof value === "number" ? undefined : "a number");

/** What can go through a socket: bytes, or a string for its UTF-8 bytes. */
export const payload: FieldCheck = (value) => (isPayload(value) ? undefined : "a Uint8Array or a string");

/** Whether it is bytes, or a string for its UTF-8 bytes. */
export function isPayload(value: Term): boolean {
  return typeof value === "string" || isBytes(value);
}

/** One of these strings. */
export function oneOf(...strings: readonly string[]): FieldCheck {
  const expected = strings.map((each) => JSON.stringify(each)).join(" or ");
  return (value) => (strings.some((each) => each === value) ? undefined : expected);
}

/** A record of one of these types. */
export function recordOf(...types: readonly RecognisedType[]): FieldCheck {
  const expected = types.map((type) => `${type.label}(${type.names.join(", ")})`).join(" or ");
  return (value) => {
    const info = typeof value === "object" && value !== null ? recordInfo(value) : undefined;
    if (info === undefined) return expected;
    // Records made by one of these types share its list of names; others may be as good.
    for (const type of types) if (type.names === info.names) return undefined;
    return types.some((type) => type.is(value)) ? undefined : expected;
  };
}

interface RecognisedType extends AnyRecordType {
  readonly is: (value: unknown) => boolean;
}

function isNatural(value: Term): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
