import { isBytes, isPlainObject, isWild, keysOf, recordInfo, tailOf, type TermObject } from "../../terms/kinds.ts";
import type { Rec, Term } from "../../terms/term.ts";
import { EXACT, INEXACT, PARTIAL, type Leaf } from "./leaf.ts";
import {
  ATOM,
  BYTES,
  contentOf,
  hasMethods,
  listShape,
  MOST_STEPS,
  objectShape,
  SHAPE,
  TAIL,
  WILD,
  type StepKind,
} from "./step.ts";

/**
 * The steps from the root of the trie to where a topic belongs. Wildcards at the end are left out: the topic takes whatever comes there,
 * so that nobody has to look at it. One path is read after the other into the same object.
 */
export class Path {
  readonly kinds: StepKind[] = [];
  /** Beside each kind: the atom, the shape, or for a tail the number of elements before it. */
  readonly keys: unknown[] = [];
  length = 0;
  /** Do the steps say less than the topic? What is found by them must then be shown to the matcher. */
  inexact = false;
  /** Are there wildcards among the steps? */
  wild = false;
  /** Is the topic a list or a record, and has no other within? */
  #flat = true;
  /** Steps so far, those at the end included that may turn out to be left out. */
  #steps = 0;
  #names: string[] = [];

  read(topic: Term): void {
    this.length = 0;
    this.inexact = false;
    this.wild = false;
    this.#flat = true;
    this.#steps = 0;
    this.#read(topic);
    if (this.#names.length > 0) this.#names = [];
  }

  /** Keep nothing of what was read. The arrays stay as long as they are: to cut them off and let them grow again takes time. */
  clear(): void {
    for (let i = 0; i < this.#steps; i++) this.keys[i] = undefined;
  }

  /** What is known of an endpoint with this topic that is put where the first `steps` steps lead. */
  leafAfter(steps: number): Leaf {
    if (this.inexact) return INEXACT;
    if (steps >= this.length) return EXACT;
    return this.#flat ? PARTIAL : INEXACT;
  }

  #read(term: Term): void {
    if (this.#steps >= MOST_STEPS) {
      this.inexact = true;
    } else if (typeof term !== "object" || term === null) {
      this.#add(ATOM, term);
    } else if (Array.isArray(term)) {
      this.#readList(term);
    } else {
      this.#readObject(term);
    }
  }

  #readList(list: readonly Term[]): void {
    if (this.#steps > 0) this.#flat = false;
    const tail = tailOf(list);
    const count = tail === undefined ? list.length : list.length - 1;
    if (tail === undefined) this.#add(SHAPE, listShape(count));
    else this.#add(TAIL, count);
    let i = 0;
    while (i < count && this.#steps < MOST_STEPS) this.#read(list[i++] as Term);
    if (i < count) this.inexact = true;
    if (tail !== undefined) this.#bind(`...${tail.name}`, tail.name);
  }

  #readObject(object: object): void {
    const info = recordInfo(object);
    if (info !== undefined) {
      if (this.#steps > 0) this.#flat = false;
      this.#add(SHAPE, info.kind);
      for (const name of info.names) this.#read((object as Rec & { [name: string]: Term })[name] as Term);
    } else if (isWild(object)) {
      this.#add(WILD, undefined);
      this.#bind(object.name, object.name);
    } else if (isBytes(object)) {
      this.#add(SHAPE, BYTES);
      this.#add(ATOM, contentOf(object));
      this.inexact = true;
    } else if (isPlainObject(object)) {
      this.#readPlain(object);
    } else {
      this.#add(ATOM, object);
    }
  }

  #readPlain(object: TermObject): void {
    if (hasMethods(object)) {
      this.#add(WILD, undefined);
      this.inexact = true;
      return;
    }
    this.#flat = false;
    const keys = keysOf(object).toSorted();
    this.#add(SHAPE, objectShape(keys.length));
    for (const key of keys) this.#read(key);
    for (const key of keys) this.#read(object[key] as Term);
  }

  /** The steps do not say that a wildcard binds equal terms where it occurs twice. */
  #bind(distinct: string, name: string): void {
    if (name === "") return;
    if (this.#names.includes(distinct)) this.inexact = true;
    else this.#names.push(distinct);
  }

  #add(kind: StepKind, key: unknown): void {
    this.kinds[this.#steps] = kind;
    this.keys[this.#steps] = key;
    this.#steps++;
    if (kind === WILD) return;
    // The one before is a wildcard: it is not left out.
    if (this.length < this.#steps - 1) this.wild = true;
    this.length = this.#steps;
  }
}
