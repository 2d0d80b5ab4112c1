// What examples that listen for TCP have in common: options, the line that says where they listen, errors, a debugger, and a clean end.
import { nodeHost, serveInspector, tcpBareDriver } from "@marketplace/node-drivers";
import {
  ANY,
  driverError,
  groundVm,
  observePublishers,
  spawn,
  tcpAddress,
  tcpError,
  tcpListener,
  tcpListening,
  type ActionTree,
  type GroundVm,
  type MarketplaceError,
} from "@marketplace/runtime";
import { listenOptions } from "./options.ts";

/** An example that listens on one TCP port. */
export interface Service {
  readonly name: string;
  /** The port, if `--port` is not given. */
  readonly port: number;
  /** The actions that start the program. */
  readonly program: (port: number) => ActionTree<unknown>;
  /** What is printed after the line that says where it listens. `join` is a command that connects to it. */
  readonly hints: (join: string) => readonly string[];
}

/** Run it in a ground VM, until SIGINT or SIGTERM; resolves when it has ended. */
export async function serve({ name, port: usualPort, program, hints }: Service): Promise<void> {
  const { host, port, devtools } = listenOptions(name, usualPort);
  const end = new AbortController();
  // A terminal's Ctrl-C may come twice, because npm passes it on: the second one is no demand to hurry.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end.abort());

  const report = () => [
    observePublishers(tcpListening(tcpListener(port), ANY), {
      onPresence: ({ role }) => {
        const { address } = role.topic;
        if (!tcpAddress.isGround(address)) return;
        const lines = [`${name}: tcp ${inWords(address)}`, ...hints(`nc ${address.host} ${address.port}`)];
        console.log(lines.join("\n"));
      },
    }),
    observePublishers(tcpError(tcpListener(port), ANY, ANY), {
      onPresence: ({ role }) => {
        const { error } = role.topic;
        if (!driverError.isGround(error)) return;
        const advice = ADVICE[error.code] ?? error.message;
        console.error(`${name}: cannot listen on ${inWords({ host, port })}: ${advice} (${error.code})`);
        process.exitCode = 1;
        end.abort();
      },
    }),
  ];
  const boot = () => [tcpBareDriver({ host }), spawn(report, { name: "report" }), program(port)];
  const vm = groundVm(boot, { host: nodeHost(), signal: end.signal });
  if (devtools !== undefined && !(await debugging(vm, name, devtools))) end.abort();
  await vm.ended;
}

/** Serve the debugger, whose line is printed when it listens. Returns whether it could be served. */
async function debugging(vm: GroundVm, target: string, port: number): Promise<boolean> {
  try {
    await serveInspector(vm, { port, target, control: true });
    return true;
  } catch (error) {
    const { code, message } = error as MarketplaceError;
    console.error(
      `devtools: cannot listen on ${inWords({ host: "127.0.0.1", port })}: ${ADVICE_DEVTOOLS[code] ?? message} (${code})`,
    );
    process.exitCode = 1;
    return false;
  }
}

const ADVICE_DEVTOOLS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; set PORT to another one, or to 0 for any that is free",
  EACCES: "that is not permitted; set PORT to a port above 1023",
};

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; take another with --port, or any that is free with --port 0",
  EACCES: "that is not permitted; take a port above 1023 with --port",
  EADDRNOTAVAIL: "this machine has no such address; take another with --host",
  ENOTFOUND: "that name is not known; take an address with --host",
  EAI_AGAIN: "nobody answers what address that name has; take an address with --host",
};

function inWords({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
