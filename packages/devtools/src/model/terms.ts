import { messageRecords, termFromJson, termToJson, type Term } from "@marketplace/runtime";
import type { Body, TermJson } from "@marketplace/runtime/inspect";
import { termText } from "./term-text.ts";

/** Stands for an object of the program that cannot be sent; the same id is the same object. */
class Opaque {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const opaques = new Map<string | number, Opaque>();

/** More opaque objects than this are not told apart from those of long ago. */
const MOST_OPAQUES = 100_000;

function opaqueFor(id: string | number, text: string): Term {
  const known = opaques.get(id);
  if (known !== undefined) return known;
  if (opaques.size >= MOST_OPAQUES) opaques.clear();
  const made = new Opaque(text);
  opaques.set(id, made);
  return made;
}

/** A term that came from the program; undefined where it is none, which only a file could bring about. */
export function termFrom(json: TermJson): Term | undefined {
  try {
    return termFromJson(json, { records: messageRecords, opaque: opaqueFor });
  } catch {
    return undefined;
  }
}

/** A message's body as a term; undefined where it is not all here. */
export function termOfBody(body: Body): Term | undefined {
  return "term" in body ? termFrom(body.term) : undefined;
}

/** A term in one line, with objects of the program as the program showed them. */
export function textOfTerm(term: Term, limit: number): string {
  const json = termToJson(term, { opaqueId: (value) => (value instanceof Opaque ? value.text : String(value)) });
  const shown = JSON.parse(JSON.stringify(json), (_, value: unknown) => {
    const isOpaque = typeof value === "object" && value !== null && "opaque" in value;
    return isOpaque ? { opaque: 0, text: value.opaque } : value;
  }) as TermJson;
  return termText(shown, limit);
}
