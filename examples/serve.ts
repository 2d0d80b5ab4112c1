// What examples that listen for TCP have in common: options, the line that says where they listen, errors, and a clean end.
import { nodeHost, tcpBareDriver } from "@marketplace/node-drivers";
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
export function serve({ name, port: usualPort, program, hints }: Service): Promise<void> {
  const { host, port } = listenOptions(name, usualPort);
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
  return groundVm(boot, { host: nodeHost(), signal: end.signal }).ended;
}

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
