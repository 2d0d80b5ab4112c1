import { basename } from "node:path";
import { badArgument, checkOptions, type GroundVm } from "@marketplace/runtime";
import { attachInspector, startRecording, type Channel } from "@marketplace/runtime/inspect";
import type { WebClient } from "../web/client.ts";
import { readWebOptions, webOptionNames, type WebOptions, type WebSettings } from "../web/options.ts";
import type { Route } from "../web/route.ts";
import { openWebServer, type WebServer } from "../web/server.ts";
import { builtPageDirectory } from "./page-directory.ts";

/** Whom a debugger's server admits, and what those may do. */
export interface InspectorOptions extends WebOptions {
  /** May viewers pause, step, kill, inject and set breakpoints? Left out, they only look. */
  readonly control?: boolean | undefined;
  /** What viewers see as the program's name; left out, the name of its main file. */
  readonly target?: string | undefined;
  /** Told, once, the line with the address to open, its token in the fragment; left out, it is printed on stdout. */
  readonly print?: ((line: string) => void) | undefined;
}

/** Viewers at one time: each is sent all that happens. */
const MAX_VIEWERS = 8;

/**
 * Serves the debugger of a VM: its page, and the inspector protocol at `/inspect`. Open the printed address in a browser. From the
 * call on the VM is being recorded, until the server is closed.
 *
 * Who may connect is told in docs/security.md; with no options, whoever is on this machine and knows the token.
 *
 * @param vm what `groundVm` returned
 * @returns the server, once it listens; it keeps no program alive unless `linger` is set
 * @throws MarketplaceError `BAD_ARGUMENT`, at the call; in the promise, Node's code (`EADDRINUSE`, ...) where the port cannot be had
 */
export function serveInspector(vm: GroundVm, options: InspectorOptions = {}): Promise<WebServer> {
  checkOptions("serveInspector: options", options, [...webOptionNames, "control", "target", "print"]);
  const { control = false, target = basename(process.argv[1] ?? "node"), print = console.log } = options;
  if (typeof control !== "boolean") throw badArgument("serveInspector: control", "true or false", control);
  if (typeof target !== "string") throw badArgument("serveInspector: target", "a string", target);
  if (typeof print !== "function") throw badArgument("serveInspector: print", "a function", print);
  const { pageDirectory = builtPageDirectory() } = options;
  const settings = readWebOptions("serveInspector", { ...options, pageDirectory }, pageMissing(pageDirectory));
  return listen(settings, inspection(vm, control, target), print);
}

async function listen(settings: WebSettings, route: Route, print: (line: string) => void): Promise<WebServer> {
  try {
    const server = await openWebServer(settings);
    server.route("/inspect", route);
    print(`devtools: ${server.url}#token=${server.token}`);
    return server;
  } catch (error) {
    route.end?.();
    throw error;
  }
}

function pageMissing(directory: string | undefined): string {
  const where =
    directory === undefined
      ? "@marketplace/devtools is not installed, or not built"
      : "its directory has no index.html";
  return (
    `The debugger's page is not there: ${where}.\n` +
    "In the repository, build it with: npm run build\n" +
    "Elsewhere, name the directory of a built page in the option pageDirectory.\n" +
    "The debugger's socket, at /inspect, works without the page."
  );
}

/** Each client looks into the VM; what happens is kept for them as long as the path is served. */
function inspection(vm: GroundVm, control: boolean, target: string): Route {
  const stopRecording = startRecording(vm, { target });
  return {
    subprotocol: "marketplace.inspect.1",
    maxClients: MAX_VIEWERS,
    open(client, hello) {
      const { channel, receive } = channelOver(client);
      attachInspector(vm, channel, { control });
      receive(JSON.stringify(hello));
    },
    end: stopRecording,
  };
}

/** @returns a client as a channel of the inspector, and what gives the channel a text as if the client had sent it */
function channelOver(client: WebClient): { readonly channel: Channel; readonly receive: (text: string) => void } {
  let receive: (text: unknown) => void;
  return {
    channel: {
      send: (text) => client.send(text),
      close: () => client.close(1000, "the inspector ended the conversation"),
      onMessage(listener) {
        receive = listener;
        client.onMessage(listener);
      },
      onClose: (listener) => client.onClose(listener),
    },
    receive: (text) => receive(text),
  };
}
