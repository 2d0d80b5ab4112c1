import { checked, record, type Rec, type RecordType } from "../terms/record.ts";
import { payload } from "./field-checks.ts";
import { isEof, type Eof } from "./tcp.ts";

/** Something that was typed, or piped in. */
export interface ConsoleInput extends Rec<"console-input"> {
  /** One line without its end, or that there are no more. */
  readonly line: string | Eof;
}

/** `consoleInput(line)`: see {@link ConsoleInput}. */
export const consoleInput: RecordType<ConsoleInput, ["line"]> = checked(record("console-input", "line"), {
  line: (value) => (typeof value === "string" || isEof(value) ? undefined : "a string or eof"),
});

/** Something to print. */
export interface ConsoleOutput extends Rec<"console-output"> {
  /** Printed as it is: a line brings its own `\n`. A string goes as its UTF-8 bytes. */
  readonly text: string | Uint8Array;
}

/** `consoleOutput(text)`: see {@link ConsoleOutput}. */
export const consoleOutput: RecordType<ConsoleOutput, ["text"]> = checked(record("console-output", "text"), {
  text: payload,
});
