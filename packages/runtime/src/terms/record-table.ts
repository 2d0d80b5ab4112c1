import { badArgument } from "./error.ts";
import { recordKind } from "./kinds.ts";
import type { Rec, Term } from "./kinds.ts";
import { numberedRecord } from "./record-maker.ts";

/** A type of records, whatever its fields: what `record(...)` returns. */
export interface AnyRecordType {
  (...fields: never[]): unknown;
  readonly label: string;
  readonly names: readonly string[];
}

/** The record types that a reader of text or JSON knows; the fields of others are called "0", "1", and so on. */
export class RecordTable {
  readonly #types = new Map<string, AnyRecordType>();

  /** @throws MarketplaceError `BAD_ARGUMENT` */
  constructor(types: Iterable<AnyRecordType>) {
    if (typeof (types as Partial<Iterable<AnyRecordType>> | undefined | null)?.[Symbol.iterator] !== "function") {
      throw badArgument("RecordTable: types", "a list of what record() returns", types);
    }
    for (const type of types) {
      if (typeof type !== "function" || !Array.isArray(type.names)) {
        throw badArgument("RecordTable: types", "what record() returns", type);
      }
      this.#types.set(recordKind(type.label, type.names.length), type);
    }
  }

  /** Makes a record, of the known type if there is one; that checks the fields. */
  make(label: string, fields: readonly Term[]): Rec {
    const known = this.#types.get(recordKind(label, fields.length)) as
      | ((...fields: readonly Term[]) => Rec)
      | undefined;
    return known === undefined ? numberedRecord(label, fields) : known(...fields);
  }
}

/** The table that knows no type. */
export const NO_RECORDS: RecordTable = new RecordTable([]);
