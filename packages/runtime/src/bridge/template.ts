import { fieldsOf, isBytes, isList, isPlainObject, isRecord, isTail, isWild, RECORD } from "../terms/kinds.ts";
import { isGround, type Term } from "../terms/term.ts";

/**
 * A topic as a form to fill in: a message that matches it is told by what stands in the places that the topic leaves open. There is one for
 * each topic whose wildcards are apart from each other and stand in lists and records.
 */
export class Template {
  /** How many places there are. */
  readonly size: number;
  readonly #topic: Term;
  readonly #paths: readonly (readonly number[])[];

  constructor(topic: Term, paths: readonly (readonly number[])[]) {
    this.#topic = topic;
    this.#paths = paths;
    this.size = paths.length;
  }

  /** What stands in the open places of a message that matches the topic; `undefined` where that is not the whole of the message. */
  parts(body: Term): readonly Term[] | undefined {
    // Wildcards in a message meet also what is not open in the topic.
    if (!isGround(body)) return undefined;
    return this.#paths.map((path) => path.reduce<Term>((part, index) => within(part)[index]!, body));
  }

  /** The message that has these parts: as many as there are places. */
  fill(parts: readonly Term[]): Term {
    let next = 0;
    const fill = (term: Term): Term => {
      if (isWild(term)) return parts[next++]!;
      if (isRecord(term)) return term[RECORD].wild ? term[RECORD].make(fieldsOf(term).map(fill)) : term;
      return isList(term) && !isGround(term) ? term.map(fill) : term;
    };
    return fill(this.#topic);
  }
}

/** The form that a topic is, if it is one. */
export function templateOf(topic: Term): Template | null {
  const paths: number[][] = [];
  const names = new Set<string>();
  const path: number[] = [];
  const walk = (term: Term): boolean => {
    if (isWild(term)) {
      paths.push([...path]);
      if (term.name === "") return true;
      const isNew = !names.has(term.name);
      names.add(term.name);
      return isNew;
    }
    if (isTail(term)) return false;
    if (isList(term) || isRecord(term)) {
      return within(term).every((part, index) => {
        path.push(index);
        const simple = walk(part);
        path.pop();
        return simple;
      });
    }
    return isBytes(term) || !isPlainObject(term) || isGround(term);
  };
  return walk(topic) ? new Template(topic, paths) : null;
}

function within(term: Term): readonly Term[] {
  return isRecord(term) ? fieldsOf(term) : (term as readonly Term[]);
}
