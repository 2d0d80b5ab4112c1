// The options of an example that connects: --port and --host.
import { parseArgs } from "node:util";
import { parseHost, parsePort } from "./options.ts";

/** Read them; if there is something wrong, say so in one line and end with exit code 1. */
export function connectOptions(name: string, usualPort: number): { readonly host: string; readonly port: number } {
  const end = (code: number, print: (text: string) => void, text: string): never => {
    print(`${text} Options: --port PORT (${usualPort}), --host ADDRESS (127.0.0.1)`);
    process.exit(code);
  };
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: String(usualPort) },
        host: { type: "string", default: "127.0.0.1" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return end(0, console.log, `npm run example -- ${name} [options]`);
    return { port: parsePort("--port", values.port), host: parseHost(values.host) };
  } catch (error) {
    const [what] = (error as Error).message.split(/\n|\. /, 1);
    return end(1, console.error, `${name}: ${what}.`);
  }
}
