import { RECORD, recordKind } from "./kinds.ts";
import type { Rec, RecordInfo, Term } from "./kinds.ts";
import { tooDeep } from "./limits.ts";
import { survey } from "./survey.ts";
import { MAX_DEPTH } from "./syntax.ts";
import { LONGEST, writeValue } from "./write.ts";

/** A class of records that are alike in label, depth and wildness. */
type Shape = new (fields: readonly Term[]) => Rec;

/** What makes records of one label and checks that their fields are terms. It sorts them into classes by what `survey` says of them. */
export function recordMaker(label: string, names: readonly string[]): RecordInfo["make"] {
  const shapes: Shape[] = [];
  const kind = recordKind(label, names.length);
  const make = (fields: readonly Term[]): Rec => {
    let most = 0;
    let wild = 0;
    for (let i = 0; i < names.length; i++) {
      const found = survey(fields[i], label, names[i]);
      if (found > most) most = found;
      wild |= found & 1;
    }
    if (most >> 1 >= MAX_DEPTH) throw tooDeep(label);
    const surveyed = ((most >> 1) + 1) * 2 + wild;
    const Shape = (shapes[surveyed] ??= makeShape({ label, names, arity: names.length, kind, make }, surveyed));
    return new Shape(fields);
  };
  return make;
}

function makeShape(common: Omit<RecordInfo, "wild" | "depth">, surveyed: number): Shape {
  const { label, names } = common;
  const info: RecordInfo = Object.freeze({ ...common, wild: (surveyed & 1) === 1, depth: surveyed >> 1 });
  // oxlint-disable-next-line typescript/no-extraneous-class -- it has fields, only their names come later
  class RecordShape {
    constructor(fields: readonly Term[]) {
      for (let i = 0; i < names.length; i++) (this as unknown as { [name: string]: Term })[names[i]!] = fields[i]!;
      Object.freeze(this);
    }
  }
  // The name is what consoles show before the fields.
  Object.defineProperty(RecordShape, "name", { value: label });
  Object.defineProperty(RecordShape.prototype, RECORD, { value: info });
  Object.defineProperty(RecordShape.prototype, "toString", { value: toText, writable: true, configurable: true });
  return RecordShape as unknown as Shape;
}

function toText(this: Rec): string {
  return writeValue(this, LONGEST);
}

/** Makers of records without field names, as far as they were used lately, so that equal records from outside share their shapes. */
const numbered = new Map<string, RecordInfo["make"]>();
const MOST_NUMBERED = 1000;
const MOST_FIELDS = 32;

/** A record whose fields have no known names: they are called "0", "1", and so on. */
export function numberedRecord(label: string, fields: readonly Term[]): Rec {
  const key = recordKind(label, fields.length);
  let make = numbered.get(key);
  if (make === undefined) {
    const names = fields.map((_, i) => String(i));
    make = recordMaker(label, Object.freeze(names));
    // What comes from outside may bring any number of labels, and of fields.
    if (numbered.size >= MOST_NUMBERED) numbered.clear();
    if (names.length <= MOST_FIELDS) numbered.set(key, make);
  }
  return make(fields);
}
