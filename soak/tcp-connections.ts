// Ten thousand connections at the same time, made by a second process: are all accepted, answered and closed, with no descriptor left?
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import {
  ANY,
  groundVm,
  observePublishers,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  tcpListening,
  type TcpAddress,
} from "@marketplace/runtime";
import { nodeHost, tcpBareDriver } from "@marketplace/node-drivers";

const WANTED = 10_000;
const us = tcpListener(0);

/** So many as the limit of descriptors allows, with some to spare. */
function possible(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? WANTED : Math.min(WANTED, Number(limit) - 200);
}

/** The second process: connects, hears one byte on each, says so, and on demand ends them all. */
async function client(port: number, count: number): Promise<void> {
  const sockets: Socket[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("data", () => resolve());
      socket.once("error", reject);
      sockets.push(socket);
    });
  for (let made = 0; made < count; made += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - made) }, open));
  process.send?.("open");
  process.once("message", () => {
    for (const socket of sockets) socket.end();
    process.disconnect();
  });
}

function start(port: number, count: number): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [String(port), String(count)], { execArgv: process.execArgv });
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

async function server(count: number): Promise<void> {
  let open = 0;
  let most = 0;
  let changed = (): void => {};
  let listening: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => (listening = resolve));
  const session = (them: TcpAddress) => [
    publisher(tcpChannel(us, them, ANY)),
    subscriber(tcpChannel(them, us, ANY), {
      onPresence() {
        most = Math.max(most, ++open);
        return sendMessage(tcpChannel(us, them, "."));
      },
      onMessage: ({ subpacket }) => !(subpacket instanceof Uint8Array) && quit(),
      onAbsence() {
        open--;
        changed();
      },
    }),
  ];
  const vm = groundVm(
    () => [
      tcpBareDriver(),
      spawn(() =>
        observePublishers(tcpListening(us, ANY), {
          onPresence: ({ role }) => {
            const { address } = role.topic;
            if (tcpAddress.isGround(address)) listening(address.port);
          },
        }),
      ),
      spawn(() =>
        observePublishers(tcpChannel(ANY, us, ANY), {
          onPresence: ({ role }) => {
            const them = role.topic.source;
            return tcpAddress.isGround(them) && spawn(() => session(them));
          },
        }),
      ),
    ],
    { host: nodeHost() },
  );
  // What Node opens for its first child stays open: a first one without connections is not measured.
  const first = start(await port, 0);
  await once(first, "message");
  first.send("end");
  await once(first, "exit");
  const before = descriptors();
  const begun = performance.now();
  const child = start(await port, count);
  await once(child, "message");
  const opened = performance.now();
  child.send("end");
  const exited = once(child, "exit");
  await new Promise<void>((resolve) => {
    changed = () => {
      if (open === 0) resolve();
    };
    changed();
  });
  await exited;
  // A socket is closed a little after its absence: once the remote has ended too, or after two seconds.
  const patience = performance.now() + 10_000;
  while (descriptors() > before && performance.now() < patience) await new Promise((resolve) => setImmediate(resolve));
  const closed = performance.now();
  await vm.stop();
  const left = descriptors() - (before - 1);
  console.log(
    `${most} connections at the same time${count < WANTED ? ` (of ${WANTED}: the limit of descriptors)` : ""}, ` +
      `opened in ${((opened - begun) / 1000).toFixed(1)} s, closed in ${((closed - opened) / 1000).toFixed(1)} s; ` +
      `descriptors left over: ${Math.max(0, left)}`,
  );
  if (most !== count || left > 0) process.exitCode = 1;
}

const [port, count] = process.argv.slice(2).map(Number);
if (port !== undefined && count !== undefined) await client(port, count);
else await server(possible());
