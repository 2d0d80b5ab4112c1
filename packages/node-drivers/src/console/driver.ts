import type { Readable, Writable } from "node:stream";
import { isUint8Array } from "node:util/types";
import {
  ANY,
  badArgument,
  checkOptions,
  consoleInput,
  consoleOutput,
  deleteEndpoint,
  eof,
  MarketplaceError,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  transition,
  type ActionTree,
  type Spawn,
  type Step,
  type Unchecked,
} from "@marketplace/runtime";
import { sourceEvents } from "../source-events.ts";
import { Inbox } from "../inbox.ts";
import { InputSource, type InputEvent } from "./input-source.ts";
import { OutputSource, type OutputEvent } from "./output-source.ts";

export interface ConsoleOptions {
  /** Where lines come from: `process.stdin` if left out. */
  readonly input?: Readable | undefined;
  /** Where text goes: `process.stdout` if left out. */
  readonly output?: Writable | undefined;
  /** How many bytes a line may have, its end not counted. 64 KiB if left out. */
  readonly maxLine?: number | undefined;
}

/**
 * The driver for standard input and output. One for each program, in the ground VM or in a VM with an `eventRelay`.
 *
 * - Subscribers of `consoleInput(ANY)` get a message for each line, and `consoleInput(eof)` at the end. Nothing is read while there is none.
 * - `sendMessage(consoleOutput(text))` prints.
 *
 * `docs/console.md` has the whole protocol.
 *
 * @returns the action that starts the driver's process
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function consoleDriver(options: ConsoleOptions = {}): Spawn<Unchecked> {
  checkOptions("consoleDriver: options", options, ["input", "output", "maxLine"]);
  const { input, output, maxLine = 64 * 1024 } = options;
  if (input !== undefined && typeof input?.resume !== "function")
    throw badArgument("consoleDriver: input", "a readable stream of Node's", input);
  if (output !== undefined && typeof output?.write !== "function")
    throw badArgument("consoleDriver: output", "a writable stream of Node's", output);
  if (!Number.isSafeInteger(maxLine) || maxLine < 1)
    throw badArgument("consoleDriver: maxLine", "a number of bytes, an integer from 1 up", maxLine);
  // Node opens these streams when they are first asked for.
  return spawn(() => boot(input ?? process.stdin, output ?? process.stdout, maxLine), { name: "console driver" });
}

/** How many subscribe to the lines. */
type Listeners = number;

function boot(inputStream: Readable, outputStream: Writable, maxLine: number): Step<Listeners> {
  return transition<Listeners>(
    0,
    lines(new InputSource(inputStream), maxLine),
    printing(new OutputSource(outputStream)),
  );
}

/** The endpoints for what comes in. */
function lines(input: InputSource, maxLine: number): ActionTree<Listeners> {
  const inbox = new Inbox(maxLine);
  inbox.setMode("lines");
  // Whoever subscribes takes whole chunks; what comes next is read when the VM has dealt with them.
  inbox.give(Number.MAX_SAFE_INTEGER);
  // What is no UTF-8 becomes U+FFFD. A byte order mark is a character like any other.
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

  const over = (reason?: Error): ActionTree<Listeners> => [deleteEndpoint("input"), deleteEndpoint("lines", reason)];

  const goOn = (): ActionTree<Listeners> => {
    const actions: ActionTree<Listeners>[] = [];
    for (;;) {
      const next = inbox.take();
      if (next === undefined) return actions;
      if (next.type === "bytes") {
        inbox.give(1);
        actions.push(sendMessage(consoleInput(utf8.decode(next.bytes))));
      } else if (next.type === "end") return [actions, sendMessage(consoleInput(eof)), over()];
      else {
        const message = `a line of more than ${maxLine} bytes was typed or piped in`;
        return [actions, over(new MarketplaceError("CONSOLE_LINE_TOO_LONG", message))];
      }
    }
  };

  const react = (event: InputEvent): ActionTree<Listeners> => {
    if (event.type === "failed") return over(event.reason);
    if (event.type === "bytes") inbox.add(event.bytes);
    else inbox.end();
    return goOn();
  };

  const reading = sourceEvents<InputEvent, Listeners>(input, "input", react);
  return publisher(
    consoleInput(ANY),
    {
      onPresence: (_event, listeners: Listeners) => transition(listeners + 1, listeners === 0 && reading),
      onAbsence: (_event, listeners: Listeners) =>
        transition(listeners - 1, listeners === 1 && deleteEndpoint("input")),
    },
    { id: "lines" },
  );
}

/** The endpoints for what goes out. */
function printing(output: OutputSource): ActionTree<Listeners> {
  const react = (event: OutputEvent): ActionTree<Listeners> => {
    if (event.type === "failed") return [deleteEndpoint("output"), deleteEndpoint("printing", event.reason)];
    return output.isFlushed && deleteEndpoint("output");
  };
  const watching = sourceEvents<OutputEvent, Listeners>(output, "output", react);
  return subscriber(
    consoleOutput(ANY),
    {
      onMessage({ text }) {
        // A message may have a wildcard there.
        if (typeof text !== "string" && !isUint8Array(text)) return null;
        output.write(text);
        // What cannot be printed is found out later.
        return watching;
      },
    },
    { id: "printing" },
  );
}
