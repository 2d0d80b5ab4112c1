import { describe } from "../terms/error.ts";

// Checks for what comes from a socket, a port or a file: each returns whether the value is as expected, and says in words what was.

/** What a field has to be. */
export interface Check {
  readonly expected: string;
  (value: unknown): boolean;
}

export function check(expected: string, holds: (value: unknown) => boolean): Check {
  return Object.assign((value: unknown) => holds(value), { expected });
}

export type Fields = { readonly [key: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const count: Check = check(
  "an integer from 0 up",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
export const time: Check = check("a number", (value) => typeof value === "number");
export const flag: Check = check("true or false", (value) => typeof value === "boolean");
export const text: Check = check("a string", (value) => typeof value === "string");
export const anything: Check = check("anything", (value) => value !== undefined);

export const processPath: Check = check(
  `a process path such as "3.7"`,
  (value) => typeof value === "string" && PROCESS.test(value),
);
export const vmPath: Check = check(
  `a VM path such as "3", or "" for the ground VM`,
  (value) => value === "" || (typeof value === "string" && VM.test(value)),
);
export const endpointKey: Check = check(
  `an endpoint key such as "3.7:12"`,
  (value) => typeof value === "string" && ENDPOINT.test(value),
);

const VM = /^\d{1,15}(\.\d{1,15})*$/;
const PROCESS = /^(\d{1,15}\.)*(\d{1,15}|outside)$/;
const ENDPOINT = /^\d{1,15}(\.\d{1,15})*:\d{1,15}$/;

export function oneOf(...words: readonly string[]): Check {
  return check(words.map((word) => JSON.stringify(word)).join(" or "), (value) => words.includes(value as string));
}

export function optional(of: Check): Check {
  return check(`${of.expected}, or nothing`, (value) => value === undefined || value === null || of(value));
}

export function listOf(of: Check): Check {
  return check(`a list, each ${of.expected}`, (value) => Array.isArray(value) && value.every((each) => of(each)));
}

/** An object with at least these fields. */
export function fields(expected: string, shape: { readonly [key: string]: Check }): Check {
  const entries = Object.entries(shape);
  return check(expected, (value) => isFields(value) && entries.every(([key, of]) => of(value[key])));
}

/** What is wrong with these fields, in words; `undefined` if nothing is. */
export function fault(value: Fields, shape: { readonly [key: string]: Check }): string | undefined {
  for (const [key, of] of Object.entries(shape)) {
    if (!of(value[key])) return `${key}: expected ${of.expected}, got ${describe(value[key])}`;
  }
  return undefined;
}
