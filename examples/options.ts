// The options of examples that listen: --port, --host, --devtools, and those that an example has of its own.
import { parseArgs } from "node:util";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The port of the debugger's page; undefined: no debugger. */
  readonly devtools: number | undefined;
  /** What was given for each option that the example has of its own, in order. */
  readonly own: Readonly<Record<string, readonly string[]>>;
}

/**
 * Read the options of this program; if there is something wrong with them, say so in one line and end with exit code 1.
 *
 * @param name of the example
 * @param usualPort the port if none is given
 * @param own options that the example has of its own, each with what it takes, as in `FILE (which one)`; they may be given several times
 */
export function listenOptions(
  name: string,
  usualPort: number,
  own: Readonly<Record<string, string>> = {},
): ListenOptions {
  const takes = {
    port: `PORT (${usualPort}; 0: any that is free)`,
    host: "ADDRESS (127.0.0.1)",
    devtools: "PORT (no debugger)",
    ...own,
  };
  const usage = `Options: ${Object.entries(takes)
    .map(([option, what]) => `--${option} ${what}`)
    .join(", ")}`;
  const end = (code: number, print: (text: string) => void, text: string): never => {
    print(`${text} ${usage}`);
    process.exit(code);
  };
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: String(usualPort) },
        host: { type: "string", default: "127.0.0.1" },
        devtools: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
        ...Object.fromEntries(Object.keys(own).map((option) => [option, OWN])),
      },
    });
    if (values.help) return end(0, console.log, `npm run example -- ${name} [options]`);
    const { devtools } = values;
    return {
      port: parsePort("--port", values.port),
      host: parseHost(values.host),
      devtools: devtools === undefined ? undefined : parsePort("--devtools", devtools),
      own: Object.fromEntries(
        Object.keys(own).map((option) => [
          option,
          ((values as Readonly<Record<string, unknown>>)[option] ?? []) as string[],
        ]),
      ),
    };
  } catch (error) {
    // Node's messages go on with advice about arguments that we do not take.
    const [what] = (error as Error).message.split(/\n|\. /, 1);
    return end(1, console.error, `${name}: ${what}.`);
  }
}

const OWN = { type: "string", multiple: true } as const;

export function parsePort(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`${option}: expected a port, 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

export function parseHost(text: string): string {
  // Node takes an empty host for all addresses of this machine.
  if (text === "") throw new Error("--host: expected an address or a name of this machine, got an empty one");
  return text;
}
