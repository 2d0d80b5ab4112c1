import { badArgument } from "./error.ts";
import { fieldsOf, isWild, type RECORD, recordInfo, recordKind } from "./kinds.ts";
import type { Rec, RecordInfo, Term } from "./kinds.ts";
import { recordMaker } from "./record-maker.ts";
import type { FieldName, PatternOf, PatternRec } from "./types.ts";

export { isRecord, RECORD } from "./kinds.ts";
export type { Rec, RecordInfo } from "./kinds.ts";
export type { PatternRec } from "./types.ts";

/** The types of the fields called `Names`, in that order. */
export type FieldsOf<T extends Rec, Names extends readonly string[]> = {
  readonly [Index in keyof Names]: Names[Index] extends keyof T ? T[Names[Index]] : never;
};

/** The same with wildcards possible. */
export type PatternFieldsOf<T extends Rec, Names extends readonly string[]> = {
  readonly [Index in keyof Names]: Names[Index] extends keyof T ? PatternOf<T[Names[Index]]> : never;
};

/** The record that a label and names alone tell of: fields of any type. */
export type NamedRec<Label extends string, Names extends readonly string[]> = Rec<Label> & {
  readonly [Name in Names[number]]: Term;
};

/**
 * Makes records of one label and recognises them.
 *
 * Called with all fields it gives a record; with wildcards in the fields, a pattern.
 */
export interface RecordType<T extends Rec, Names extends readonly string[]> {
  /** Makes a record. Throws `BAD_ARGUMENT` for a wrong number of fields or a field that its check refuses, `BAD_TERM` for one that is no term. */
  (...fields: FieldsOf<T, Names>): T;
  (...fields: PatternFieldsOf<T, Names>): PatternRec<T>;
  readonly label: T[typeof RECORD]["label"];
  /** The names of the fields, in order. */
  readonly names: Readonly<Names>;
  /** Whether `value` is a record of this label with these fields, wildcards possible in them. */
  readonly is: (value: unknown) => value is PatternRec<T>;
  /** The same without any wildcard: what is left to ask of a topic in presence or absence before it can be taken for a message. */
  readonly isGround: (value: unknown) => value is T;
  /**
   * Any record with this label and number of fields, whatever its fields are called, as one of this type with its fields checked;
   * anything else is `undefined`.
   */
  readonly from: (value: unknown) => PatternRec<T> | undefined;
}

/** A check of one field: what was expected, in words, or `undefined` if the value is right. What it says of a wildcard does not count. */
export type FieldCheck = (value: Term) => string | undefined;

/** Complains, in the type of the argument, about fields of `T` that `Names` leaves out. */
type Complete<T extends Rec, Names extends readonly string[]> = [FieldName<T>] extends [Names[number]]
  ? unknown
  : readonly ["missing field", Exclude<FieldName<T>, Names[number]>];

/**
 * Declares a type of records: its label and the names of its fields, in order.
 *
 * ```ts
 * export interface Point extends Rec<"point"> { readonly x: number; readonly y: number }
 * export const point: RecordType<Point, readonly ["x", "y"]> = record("point", "x", "y");
 * ```
 *
 * Records are equal if label and fields are, whoever declared them.
 *
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function record<
  const Label extends string,
  const Names extends readonly string[],
  T extends Rec<Label> = NamedRec<Label, Names>,
>(label: Label, ...names: Names & Complete<NoInfer<T>, Names>): RecordType<T, Names> {
  checkDeclaration(label, names);
  return recordType<T, Names>(label, names, []);
}

/**
 * The same type of records with checks on some fields, made whenever a record is made.
 *
 * @param checks for each field that has one, by name
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function checked<T extends Rec, Names extends readonly string[]>(
  type: RecordType<T, Names>,
  checks: { readonly [Name in FieldName<T>]?: FieldCheck },
): RecordType<T, Names> {
  if (typeof type !== "function" || !Array.isArray(type.names))
    throw badArgument("checked: type", "what record() returns", type);
  if (typeof checks !== "object" || checks === null) throw badArgument("checked: checks", "an object", checks);
  const byName = checks as { readonly [name: string]: FieldCheck | undefined };
  for (const name of Object.keys(byName)) {
    if (!type.names.includes(name)) throw badArgument("checked: checks", `names among ${type.names.join(", ")}`, name);
    const check: unknown = byName[name];
    if (typeof check !== "function") throw badArgument(`checked: check of ${name}`, "a function", check);
  }
  return recordType<T, Names>(
    type.label,
    type.names,
    type.names.map((name) => byName[name]),
  );
}

function checkDeclaration(label: unknown, names: readonly unknown[]): void {
  if (typeof label !== "string" || label === "") throw badArgument("record: label", "a non-empty string", label);
  names.forEach((name, index) => {
    // An object lists keys that look like indices first, so they must be where they say.
    const wellPlaced = typeof name === "string" && (!/^(0|[1-9]\d*)$/.test(name) || name === String(index));
    if (!wellPlaced || name === "" || name === "__proto__") {
      throw badArgument(
        `record: name ${index} of ${label}`,
        "a non-empty string that can be a key at this place",
        name,
      );
    }
    if (names.indexOf(name) !== index)
      throw badArgument(`record: name ${index} of ${label}`, "a name not yet used", name);
  });
}

function recordType<T extends Rec, Names extends readonly string[]>(
  label: string,
  names: Names,
  checks: readonly (FieldCheck | undefined)[],
): RecordType<T, Names> {
  const arity = names.length;
  const kind = recordKind(label, arity);
  const make = recordMaker(label, names);

  const construct = (...fields: readonly Term[]): Rec => {
    if (fields.length !== arity) throw badArgument(label, `${arity} fields (${names.join(", ")})`, fields.length);
    const made = make(fields);
    for (let i = 0; i < checks.length; i++) {
      const check = checks[i];
      if (check === undefined) continue;
      const field = fields[i]!;
      const expected = check(field);
      if (expected === undefined || isWild(field)) continue;
      throw badArgument(`${label} ${names[i]}`, `${expected}, or a wildcard`, field);
    }
    return made;
  };

  const ofThisKind = (value: unknown): RecordInfo | undefined => {
    const info = typeof value === "object" && value !== null ? recordInfo(value) : undefined;
    return info !== undefined && info.kind === kind ? info : undefined;
  };

  const is = (value: unknown): boolean => {
    const info = ofThisKind(value);
    return info !== undefined && (info.names === names || names.every((name, i) => name === info.names[i]));
  };

  const isGround = (value: unknown): boolean => is(value) && !(recordInfo(value as Rec) as RecordInfo).wild;

  const from = (value: unknown): Rec | undefined =>
    ofThisKind(value) === undefined ? undefined : construct(...fieldsOf(value as Rec));

  Object.defineProperty(construct, "name", { value: label });
  const type = Object.assign(construct, { label, names: Object.freeze(names), is, isGround, from });
  return Object.freeze(type) as unknown as RecordType<T, Names>;
}
