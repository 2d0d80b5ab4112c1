import type { BridgeState } from "@marketplace/runtime/bridge";

/** How things stand between the VM of a page's worker and the world. */
export type Standing =
  /** There is no connection to the bridge yet. */
  | { readonly phase: "connecting" }
  /** There is one; nothing is known of the listener. */
  | { readonly phase: "joined" }
  | { readonly phase: "listening"; readonly host: string; readonly port: number }
  /** The other side does not let it listen, or cannot. */
  | { readonly phase: "refused"; readonly code: string; readonly message: string }
  /** The connection is lost; it will be tried again. */
  | { readonly phase: "lost"; readonly reason: string }
  /** It was lost, and is tried now. */
  | { readonly phase: "reconnecting"; readonly reason: string }
  /** For good. */
  | { readonly phase: "closed"; readonly reason: string };

/** What became of the wish to listen; null where it is not known. */
export type Listener = Extract<Standing, { readonly phase: "listening" | "refused" }> | null;

/** Puts together what the bridge says and what is heard of the listener. */
export class StandingTally {
  readonly #tell: (standing: Standing) => void;
  #link: BridgeState = { state: "connecting" };
  #loss: string | null = null;
  #listener: Listener = null;

  /** @param tell told at each change */
  constructor(tell: (standing: Standing) => void) {
    this.#tell = tell;
  }

  link(state: BridgeState): void {
    this.#link = state;
    if (state.state === "lost") this.#loss = state.reason;
    else if (state.state === "open") this.#loss = null;
    this.#tell(this.#standing());
  }

  listener(listener: Listener): void {
    this.#listener = listener;
    this.#tell(this.#standing());
  }

  #standing(): Standing {
    switch (this.#link.state) {
      case "connecting":
        return this.#loss === null ? { phase: "connecting" } : { phase: "reconnecting", reason: this.#loss };
      case "open":
        return this.#listener ?? { phase: "joined" };
      case "lost":
        return { phase: "lost", reason: this.#link.reason };
      case "closed":
        return { phase: "closed", reason: this.#link.reason };
    }
  }
}
