// The tools that tests of name servers are run with: Debian's dig and NSD, installed where that is possible.
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureAptPackages } from "../../scripts/apt.mjs";
import { startExample, type Program } from "./program.ts";

export const hasDig = ensureAptPackages(["bind9-dnsutils"]);
export const hasNsd = hasDig && ensureAptPackages(["nsd"]);

/** What dig printed. */
export interface Dug {
  readonly status: string;
  /** Such as `qr aa rd`. */
  readonly flags: string;
  /** The records of the answer section, and of the authority section: name, time to live, class, type and data, one space between them. */
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly isByTcp: boolean;
  readonly text: string;
}

/** Ask with dig; one try, as many seconds as a client waits. */
export async function dig(address: string, port: number, ...question: readonly string[]): Promise<Dug> {
  const { stdout } = await promisify(execFile)(
    "dig",
    [`@${address}`, "-p", String(port), "+tries=1", "+time=5", ...question],
    {
      // With exit code 9 nobody answered; that is told by the status.
      encoding: "utf8",
    },
  ).catch((error: { readonly stdout: string }) => error);
  const section = (name: string): string[] =>
    (new RegExp(`;; ${name} SECTION:\n((?:[^;\n].*\n)*)`).exec(stdout)?.[1] ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replaceAll(/\s+/g, " "));
  return {
    status: /status: (\w+)/.exec(stdout)?.[1] ?? "none",
    flags: /;; flags: ([^;]*);/.exec(stdout)?.[1] ?? "",
    answers: section("ANSWER"),
    authorities: section("AUTHORITY"),
    isByTcp: /;; SERVER: .*\(TCP\)/.test(stdout),
    text: stdout,
  };
}

/** A port that is free for UDP on each of these addresses now. */
export async function freePort(addresses: readonly string[]): Promise<number> {
  for (;;) {
    const sockets = addresses.map(() => createSocket("udp4"));
    try {
      let port = 0;
      for (const [index, socket] of sockets.entries()) {
        socket.bind(port, addresses[index] as string);
        await once(socket, "listening");
        port = socket.address().port;
      }
      return port;
    } catch {
      // Taken on one of them: another one.
    } finally {
      for (const socket of sockets) socket.close();
    }
  }
}

/** A name server for zones, at an address and port. */
export type NameServer = (
  address: string,
  port: number,
  zones: Readonly<Record<string, string>>,
) => Promise<AsyncDisposable>;

/** NSD, a name server that is none of ours. */
export const nsd: NameServer = async (address, port, zones) => {
  const folder = mkdtempSync(join(tmpdir(), "nsd-"));
  const files = Object.entries(zones).map(([name, text], index) => {
    const file = join(folder, `zone-${index}`);
    writeFileSync(file, text);
    return `zone:\n  name: "${name}"\n  zonefile: "${file}"\n`;
  });
  const server = `server:
  ip-address: ${address}@${port}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: ""
  logfile: "${folder}/log"
  xfrdfile: "${folder}/xfrd"
  zonelistfile: "${folder}/zones"
  xfrdir: "${folder}"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
`;
  writeFileSync(join(folder, "nsd.conf"), server + files.join(""));
  // Its children leave with it.
  const child = spawn("/usr/sbin/nsd", ["-d", "-c", join(folder, "nsd.conf")], { stdio: "ignore" });
  const ended = once(child, "close");
  const [zone = "."] = Object.keys(zones);
  const isUp = async () => (await dig(address, port, "+time=1", zone, "SOA")).status === "NOERROR";
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`nsd ended with exit code ${child.exitCode}`);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
};

/** Our own, which stands in where there is no NSD. */
export const ours: NameServer = async (address, port, zones) => {
  const folder = mkdtempSync(join(tmpdir(), "zones-"));
  const options = Object.entries(zones).flatMap(([name, text], index) => {
    const file = join(folder, `zone-${index}`);
    writeFileSync(file, text);
    return ["--zone", `${name}=${file}`];
  });
  const program = startExample("dns-authority", "--host", address, "--port", String(port), ...options);
  await listeningForUdp(program, "dns-authority");
  return {
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
};

/** Wait for the line that says where it listens for UDP. @returns the port */
export async function listeningForUdp(program: Program, name: string): Promise<number> {
  const [, port] = await program.printed(new RegExp(`^${name}: udp [\\d.]+:(\\d+)$`, "m"));
  return Number(port);
}
