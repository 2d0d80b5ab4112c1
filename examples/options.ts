// The options of examples that listen: --port, --host and --devtools.
import { parseArgs } from "node:util";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The port of the debugger's page; undefined: no debugger. */
  readonly devtools: number | undefined;
}

/**
 * Read the options of this program; if there is something wrong with them, say so in one line and end with exit code 1.
 *
 * @param name of the example
 * @param usualPort the port if none is given
 */
export function listenOptions(name: string, usualPort: number): ListenOptions {
  const usage = `Options: --port PORT (${usualPort}; 0: any that is free), --host ADDRESS (127.0.0.1), --devtools PORT (no debugger)`;
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
      },
    });
    if (values.help) return end(0, console.log, `npm run example -- ${name} [options]`);
    const { devtools } = values;
    return {
      port: parsePort("--port", values.port),
      host: parseHost(values.host),
      devtools: devtools === undefined ? undefined : parsePort("--devtools", devtools),
    };
  } catch (error) {
    // Node's messages go on with advice about arguments that we do not take.
    const [what] = (error as Error).message.split(/\n|\. /, 1);
    return end(1, console.error, `${name}: ${what}.`);
  }
}

function parsePort(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`${option}: expected a port, 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return Number(text);
}

function parseHost(text: string): string {
  // Node takes an empty host for all addresses of this machine.
  if (text === "") throw new Error("--host: expected an address or a name of this machine, got an empty one");
  return text;
}
