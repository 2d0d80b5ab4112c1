import { equalTerms, formatTerm, type Term } from "@marketplace/runtime";

interface Demand<T> {
  readonly what: Term;
  readonly meaning: T;
  /** How many endpoints ask for it. */
  endpoints: number;
}

/** Counts the endpoints that demand the same thing, to see the first one come and the last one go. */
export class DemandTable<T> {
  /** By text, to be quick; things of equal text may still differ, if there are objects in them that have no text form. */
  readonly #byText = new Map<string, Demand<T>[]>();

  /**
   * One more endpoint demands `what`.
   *
   * @param meaning what {@link went} is to return when the last one has gone
   * @returns whether it is the first
   */
  came(what: Term, meaning: T): boolean {
    const text = formatTerm(what);
    const alike = this.#byText.get(text) ?? [];
    const known = alike.find((demand) => equalTerms(demand.what, what));
    if (known !== undefined) {
      known.endpoints++;
      return false;
    }
    alike.push({ what, meaning, endpoints: 1 });
    this.#byText.set(text, alike);
    return true;
  }

  /**
   * One endpoint fewer demands `what`.
   *
   * @returns what the first one gave as its meaning, if that was the last one
   */
  went(what: Term): T | undefined {
    const text = formatTerm(what);
    const alike = this.#byText.get(text) ?? [];
    const at = alike.findIndex((demand) => equalTerms(demand.what, what));
    const known = alike[at];
    if (known === undefined || --known.endpoints > 0) return undefined;
    alike.splice(at, 1);
    if (alike.length === 0) this.#byText.delete(text);
    return known.meaning;
  }
}
