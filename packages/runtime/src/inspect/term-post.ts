import { MarketplaceError } from "../terms/error.ts";
import { termFromJson, termToJson } from "../terms/json.ts";
import {
  isList,
  isPlainObject,
  isRecord,
  fieldsOf,
  RECORD,
  type RecordInfo,
  type Rec,
  type Term,
} from "../terms/kinds.ts";
import { RecordTable, type AnyRecordType } from "../terms/record-table.ts";
import { checkTerm } from "../terms/term.ts";
import { writeValue } from "../terms/write.ts";
import type { Body, TermJson } from "./events.ts";
import type { BodyMode } from "./protocol.ts";
import { weigh } from "./scale.ts";
import { SMALL, take, takeLine } from "./taken.ts";
import type { Writer } from "./write-entry.ts";

/** Larger bodies are not sent with their event, and larger topics not as terms; in bytes, as estimated. */
const LARGEST_BODY = 2048;
const LARGEST_TOPIC = 65_536;

/** How much text stands for a body that is larger. */
const BODY_TEXT = 200;

/** How many opaque objects a viewer can name. */
const MOST_OBJECTS = 10_000;

/** Symbols cannot be told apart from afar for ever: so many get a number of their own. */
const MOST_SYMBOLS = 1000;

/** Terms on their way to and from viewers. An opaque object has one number as long as the recording goes on. */
export class TermPost {
  readonly #ids = new WeakMap<object, number>();
  readonly #objects = new Map<number, WeakRef<object>>();
  readonly #symbols = new Map<symbol, number>();
  #next = 1;

  toJson(term: Term): TermJson {
    return termToJson(term, { opaqueId: (value) => this.#idOf(value) });
  }

  /**
   * A term that a viewer wrote. Opaque objects are those that viewers were shown, and records are of the types seen in `like`.
   *
   * @throws MarketplaceError `BAD_TERM`
   */
  fromJson(json: unknown, like: Iterable<Term>): Term {
    try {
      const term = termFromJson(json, {
        records: new RecordTable(typesIn(like)),
        opaque: (id, text) => this.#objectOf(id, text),
      });
      checkTerm(term, "term");
      return term;
    } catch (cause) {
      throw new MarketplaceError("BAD_TERM", cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  writer(bodies: BodyMode): Writer {
    return {
      body: (term, bytes) => (bodies === "none" ? NOT_SENT : this.#body(term, bytes)),
      term: (term) => this.#topic(term),
      value: (value) => take(value, SMALL),
      line: takeLine,
    };
  }

  #body(term: Term, bytes: number): Body {
    if (bytes <= LARGEST_BODY) {
      try {
        return { term: this.toJson(term) };
      } catch {
        // Changed since it was sent, so that it is no term any more.
      }
    }
    return { text: writeValue(term, BODY_TEXT), size: bytes };
  }

  #topic(term: Term): TermJson {
    if (weigh(term).bytes <= LARGEST_TOPIC) {
      try {
        return this.toJson(term);
      } catch {
        // As above.
      }
    }
    return { opaque: "large", text: writeValue(term, BODY_TEXT) };
  }

  #idOf(value: unknown): number {
    if (typeof value === "symbol") {
      const known = this.#symbols.get(value);
      if (known !== undefined) return known;
      if (this.#symbols.size >= MOST_SYMBOLS) return 0;
      this.#symbols.set(value, this.#next);
      return this.#next++;
    }
    let id = this.#ids.get(value as object);
    if (id === undefined) {
      id = this.#next++;
      this.#ids.set(value as object, id);
      this.#objects.set(id, new WeakRef(value as object));
      // Programs come and go through many sockets; only the latest can be named by a viewer.
      if (this.#objects.size > MOST_OBJECTS)
        for (const oldest of this.#objects.keys()) {
          this.#objects.delete(oldest);
          break;
        }
    }
    return id;
  }

  #objectOf(id: string | number, text: string): Term {
    const object = this.#objects.get(id as number)?.deref();
    if (object !== undefined) return object;
    for (const [symbol, known] of this.#symbols) if (known === id) return symbol;
    throw new MarketplaceError("BAD_TERM", `the opaque object ${id} (${text.slice(0, 100)}) is not known, or is gone`);
  }
}

const NOT_SENT: Body = { missing: "not sent" };

/** How many parts of terms are looked at for types of records. */
const MOST_PARTS = 10_000;

/** The types of the records in some terms, so that what a viewer writes has the same fields as what the program writes. */
function typesIn(terms: Iterable<Term>): AnyRecordType[] {
  const found = new Set<RecordInfo>();
  let left = MOST_PARTS;
  const visit = (term: Term | undefined): void => {
    if (left-- <= 0 || typeof term !== "object" || term === null) return;
    if (isRecord(term)) {
      found.add(term[RECORD]);
      fieldsOf(term).forEach(visit);
    } else if (isList(term)) term.forEach(visit);
    else if (isPlainObject(term)) Object.values(term).forEach(visit);
  };
  for (const term of terms) {
    if (left <= 0) break;
    visit(term);
  }
  return [...found].map(({ label, names, make }) =>
    Object.assign((...fields: Term[]): Rec => make(fields), { label, names }),
  );
}
