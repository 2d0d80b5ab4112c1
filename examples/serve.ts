// What examples that listen have in common: options, the line that says where they listen, errors, a debugger, and a clean end.
import { keptToken, nodeHost, serveInspector, tcpBareDriver, type WebServer } from "@marketplace/node-drivers";
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
  udpError,
  udpListener,
  udpListening,
  udpRemoteAddress,
  type ActionTree,
  type DriverError,
  type GroundVm,
  type MarketplaceError,
} from "@marketplace/runtime";
import { listenOptions } from "./options.ts";

/** An example that listens on one port. */
export interface Service {
  readonly name: string;
  /** The port, if `--port` is not given. */
  readonly port: number;
  /** Options of its own: see {@link listenOptions}. */
  readonly options?: Readonly<Record<string, string>>;
  /** Left out, only TCP's. */
  readonly drivers?: (host: string) => ActionTree<unknown>;
  /** The actions that start the program. What it throws is about its options, and ends the program. */
  readonly program: (port: number, own: Readonly<Record<string, readonly string[]>>) => ActionTree<unknown>;
  /** What is printed after the line that says where it listens. `join` is a command that connects to it. */
  readonly hints: (join: string, address: Address, protocol: "tcp" | "udp") => readonly string[];
  /** What else the server of the debugger is for, where there is one. */
  readonly beside?: (vm: GroundVm, server: WebServer) => Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Run it in a ground VM, until SIGINT or SIGTERM; resolves when it has ended. */
export async function serve(service: Service): Promise<void> {
  const { name, port: usualPort, options, drivers, program, hints, beside } = service;
  const { host, port, devtools, own } = listenOptions(name, usualPort, options);
  const end = new AbortController();
  // A terminal's Ctrl-C may come twice, because npm passes it on: the second one is no demand to hurry.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end.abort());

  const listens = (protocol: "tcp" | "udp", address: Address) => {
    const more = hints(`nc ${address.host} ${address.port}`, address, protocol);
    console.log([`${name}: ${protocol} ${inWords(address)}`, ...more].join("\n"));
  };
  const fails = (of: number, { code, message }: DriverError) => {
    console.error(`${name}: cannot listen on ${inWords({ host, port: of })}: ${ADVICE[code] ?? message} (${code})`);
    process.exitCode = 1;
    end.abort();
  };
  const report = () => [
    observePublishers(tcpListening(tcpListener(port), ANY), {
      onPresence: ({ role }) => {
        const { address } = role.topic;
        if (tcpAddress.isGround(address)) listens("tcp", address);
      },
    }),
    observePublishers(tcpError(tcpListener(port), ANY, ANY), {
      onPresence: ({ role }) => {
        const { error } = role.topic;
        if (driverError.isGround(error)) fails(port, error);
      },
    }),
    observePublishers(udpListening(ANY, ANY), {
      onPresence: ({ role }) => {
        const { address } = role.topic;
        if (udpRemoteAddress.isGround(address)) listens("udp", address);
      },
    }),
    observePublishers(udpError(udpListener(ANY), ANY), {
      onPresence: ({ role }) => {
        const { local, error } = role.topic;
        if (udpListener.isGround(local) && driverError.isGround(error)) fails(local.port, error);
      },
    }),
  ];
  let start: ActionTree<unknown>;
  try {
    start = program(port, own);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
    return;
  }
  const boot = () => [drivers?.(host) ?? tcpBareDriver({ host }), spawn(report, { name: "report" }), start];
  const vm = groundVm(boot, { host: nodeHost(), signal: end.signal });
  if (devtools !== undefined) {
    const server = await debugging(vm, name, devtools);
    if (server === undefined) end.abort();
    else if (!end.signal.aborted) await beside?.(vm, server);
  }
  await vm.ended;
}

/** Serve the debugger, whose line is printed when it listens. Returns its server, if it could be served. */
async function debugging(vm: GroundVm, target: string, port: number): Promise<WebServer | undefined> {
  try {
    // At a port of its own an open page finds the program again after a restart; at any that is free it would look in vain.
    const token = port === 0 ? undefined : keptToken(`${target}-${port}`);
    return await serveInspector(vm, { port, target, control: true, token });
  } catch (error) {
    const { code, message } = error as MarketplaceError;
    console.error(
      `devtools: cannot listen on ${inWords({ host: "127.0.0.1", port })}: ${ADVICE_DEVTOOLS[code] ?? message} (${code})`,
    );
    process.exitCode = 1;
    return undefined;
  }
}

const ADVICE_DEVTOOLS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; take another with --devtools (PORT for npm start), or 0 for any that is free",
  EACCES: "that is not permitted; take a port above 1023 with --devtools (PORT for npm start)",
};

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use; take another with --port (CHAT_PORT for npm start), or 0 for any that is free",
  EACCES: "that is not permitted; take a port above 1023 with --port (CHAT_PORT for npm start)",
  EADDRNOTAVAIL: "this machine has no such address; take another with --host",
  ENOTFOUND: "that name is not known; take an address with --host",
  EAI_AGAIN: "nobody answers what address that name has; take an address with --host",
};

function inWords({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
