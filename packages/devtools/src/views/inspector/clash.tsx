import type { ReactNode } from "react";
import type { Term } from "@marketplace/runtime";
import type { Clash as ClashOf } from "@marketplace/runtime/inspect";
import { textOfTerm } from "../../model/terms.ts";

interface Props {
  readonly clash: ClashOf;
  /** What the two terms are. */
  readonly names: readonly [a: string, b: string];
}

const HOW: Readonly<Record<ClashOf["why"], string>> = {
  differ: "differ",
  length: "are lists of different lengths",
  names: "would have to be equal because of a named wildcard",
};

/** Where two terms have nothing in common, with what both have there. */
export function Clash({ clash: { path, a, b, why }, names }: Props): ReactNode {
  return (
    <div className="clash">
      <p>
        <strong>Topics clash</strong>
        {path.length === 0 ? (
          ": they "
        ) : (
          <>
            {" "}
            at <code className="clash-path">{path.join(" › ")}</code>: they{" "}
          </>
        )}
        {HOW[why]}.
      </p>
      <dl>
        <dt>{names[0]}</dt>
        <dd>
          <code>{show(a)}</code>
        </dd>
        <dt>{names[1]}</dt>
        <dd>
          <code>{show(b)}</code>
        </dd>
      </dl>
    </div>
  );
}

function show(term: Term | undefined): string {
  return term === undefined ? "nothing" : textOfTerm(term, 300);
}
