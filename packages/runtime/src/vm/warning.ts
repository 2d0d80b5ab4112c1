import { formatTerm } from "../terms/format.ts";
import type { Host } from "./host.ts";

/** Something that whoever runs the program should know, although the VM goes on. */
export interface Warning {
  /** `PROCESS_CRASHED`, `VM_BUSY`, `SOURCE_FAILED`, or a driver's own code. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** The process concerned, by name or by its PIDs from the ground down: `chat/3.7`. */
  readonly process?: string;
  /** What was thrown. */
  readonly reason?: unknown;
}

/** How many different warnings are remembered, so that a crash loop with ever new reasons takes no memory without bound. */
const REMEMBERED = 1000;

/** Passes each distinct warning on once: a crash loop is heard, and does not drown everything else. */
export class Warnings {
  readonly #tell: (warning: Warning) => void;
  readonly #seen = new Set<string>();

  constructor(host: Host, onWarning: ((warning: Warning) => void) | undefined) {
    const print = (warning: Warning): void => host.warn(inWords(warning));
    this.#tell = onWarning === undefined ? print : (warning) => tellOrPrint(warning, onWarning, print);
  }

  /** @param once what makes the warning distinct beside its code and reason; left out, it is always told */
  warn(warning: Warning, once?: string): void {
    if (once !== undefined) {
      const key = `${warning.code}\n${once}\n${reasonText(warning.reason)}`;
      if (this.#seen.has(key)) return;
      if (this.#seen.size >= REMEMBERED)
        for (const oldest of this.#seen) {
          this.#seen.delete(oldest);
          break;
        }
      this.#seen.add(key);
    }
    this.#tell(warning);
  }
}

/** The VM goes on whatever happens to its warnings: if the user's function throws, they and its own failure are printed. */
function tellOrPrint(warning: Warning, tell: (warning: Warning) => void, print: (warning: Warning) => void): void {
  try {
    tell(warning);
  } catch (reason) {
    print(warning);
    print({ code: "WARNING_LOST", message: "the option onWarning threw when it was told the warning above", reason });
  }
}

function inWords({ code, message, reason }: Warning): string {
  const stack = reason instanceof Error ? reason.stack : undefined;
  return `marketplace: ${code}: ${message}${stack === undefined ? "" : `\n${stack}`}`;
}

/** A thrown value in one line: an error's name and message, or the term as text. Whatever was thrown: to tell of a crash must not be another. */
export function reasonText(reason: unknown): string {
  try {
    if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
    return reason === undefined ? "no reason" : formatTerm(reason, { maxLength: 500 });
  } catch {
    return "what cannot be read";
  }
}
