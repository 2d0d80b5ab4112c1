import { Component, type ReactNode } from "react";
import { Empty } from "./empty.tsx";

interface Props {
  /** What it is to the reader, at the beginning of a sentence: "The tree". */
  readonly what: string;
  readonly children?: ReactNode;
}

interface State {
  /** What a component threw while it was drawn. */
  readonly fault: { readonly thrown: unknown } | null;
}

/** A part of the page. Where it cannot be drawn it says so in its place: a defect in one view does not take the others along. */
export class Guarded extends Component<Props, State> {
  override state: State = { fault: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return { fault: { thrown } };
  }

  override render(): ReactNode {
    const { what, children } = this.props;
    const { fault } = this.state;
    if (fault === null) return children;
    return (
      <Empty title={`${what} cannot be drawn.`}>
        <p role="alert">This is a fault of the debugger, not of the program: {String(fault.thrown)}</p>
        <p>All else goes on, and what happens is still recorded.</p>
        <p>
          <button type="button" onClick={() => this.setState({ fault: null })}>
            Try again
          </button>
        </p>
      </Empty>
    );
  }
}
