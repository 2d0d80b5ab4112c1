import type { Term } from "../terms/term.ts";

/** Which way an endpoint faces: a publisher sends messages on its topic, a subscriber receives them. */
export type Orientation = "publisher" | "subscriber";

/**
 * How an endpoint takes part: a `participant` is seen by everybody it meets, an `observer` only watches participants and is
 * seen by nobody but those who watch `everything`.
 */
export type InterestType = "participant" | "observer" | "everything";

/** What an endpoint says of itself. `T` is the type of its topic. */
export interface Role<T = Term> {
  readonly orientation: Orientation;
  readonly topic: T;
  readonly interestType: InterestType;
}

/** The orientation that a role of orientation `of` meets. */
export function complement(of: Orientation): Orientation {
  return of === "publisher" ? "subscriber" : "publisher";
}

/** Is a flow from a role of type `remote` visible to an endpoint of type `local`? (semantics, rule 3) */
export function isVisible(remote: InterestType, local: InterestType): boolean {
  return remote === "participant" || local === "everything";
}
