import type { EndpointId } from "../../model/action.ts";
import type { Json } from "../../terms/json.ts";
import { describe, MarketplaceError } from "../../terms/error.ts";

/** A file that is no vector. */
export class VectorError extends MarketplaceError {
  override readonly name: string = "VectorError";

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("BAD_VECTOR", message, options);
  }
}

export interface Fields {
  readonly [field: string]: Json | undefined;
}

/** An object; where `known` is given, one that has no field of another name. */
export function fields(json: unknown, at: string, known?: readonly string[]): Fields {
  if (!isObject(json)) throw expected(at, "an object", json);
  const unknown = known && Object.keys(json).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new VectorError(`${at}: expected no field but ${known!.join(", ")}, got ${unknown}`);
  return json;
}

function isObject(json: unknown): json is Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function list<T>(json: unknown, at: string, parse: (json: unknown, at: string) => T): readonly T[] {
  if (!Array.isArray(json)) throw expected(at, "a list", json);
  return json.map((item, index) => parse(item, `${at}[${index}]`));
}

/** A field that may be left out; `null` is not left out. */
export function optional<T>(json: unknown, at: string, parse: (json: unknown, at: string) => T): T | undefined {
  return json === undefined ? undefined : parse(json, at);
}

export function string(json: unknown, at: string): string {
  if (typeof json !== "string") throw expected(at, "a string", json);
  return json;
}

export function boolean(json: unknown, at: string): boolean {
  if (typeof json !== "boolean") throw expected(at, "true or false", json);
  return json;
}

export function endpointId(json: unknown, at: string): EndpointId {
  if (typeof json !== "string" && typeof json !== "number") throw expected(at, "a string or a number", json);
  return json;
}

export function oneOf<T extends string>(json: unknown, at: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === json);
  if (choice === undefined) throw expected(at, `one of ${choices.join(", ")}`, json);
  return choice;
}

export function expected(at: string, what: string, came: unknown): VectorError {
  return new VectorError(`${at}: expected ${what}, got ${came === undefined ? "nothing" : describe(came)}`);
}
