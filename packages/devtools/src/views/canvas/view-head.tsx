import type { ReactNode } from "react";

interface Props {
  /** What this is, for those who do not see it. */
  readonly name: string;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
  /** A line about what is shown. */
  readonly about?: ReactNode;
  /** Buttons of this view. */
  readonly children?: ReactNode;
}

/** The bar above a picture: what it shows, its buttons, and the way to its twin, a table. */
export function ViewHead({ name, isTable, onTable, about, children }: Props): ReactNode {
  return (
    <div className="view-head" role="toolbar" aria-label={name}>
      <span className="about clip">{about}</span>
      {children}
      <div className="choice" role="group" aria-label="Show as">
        <button type="button" aria-pressed={!isTable} onClick={() => onTable(false)}>
          Picture
        </button>
        <button type="button" aria-pressed={isTable} onClick={() => onTable(true)}>
          Table
        </button>
      </div>
    </div>
  );
}
