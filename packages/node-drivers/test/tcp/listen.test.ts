import { spawn as run, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, Server, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  ANY,
  observePublishers,
  observeSubscribers,
  publisher,
  quit,
  sendMessage,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  type ActionTree,
  type Step,
  type TcpAddress,
  type TcpListener,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { afterRounds, Button, process as vmProcess, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { dial, freePort, Remote, RemoteServer } from "./remote.ts";
import { conversation, startWorld } from "./world.ts";

/** A session that sends back what it hears. */
function echo(us: TcpListener, log: Log<string> = new Log()): (them: TcpAddress) => Step<any> {
  return (them) =>
    conversation(us, them, log, (text) => (text === "EOF" ? null : sendMessage(tcpChannel(us, them, text))));
}

/** The code with which an attempt to connect fails, or "connected". */
async function attempt(port: number, host = "127.0.0.1"): Promise<string> {
  const socket: Socket = connect(port, host);
  try {
    await once(socket, "connect");
    return "connected";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  } finally {
    socket.destroy();
  }
}

test("tcpBareDriver listens for an observer of a listener's channel, and says by presence who has connected", async () => {
  const [log, came] = [new Log<string>(), new Log<string>()];
  startWorld(
    vmProcess([
      watchListener(anyPort, log),
      listen(anyPort, (them) => {
        came.add(`${them.host}:${them.port}`);
        return echo(anyPort)(them);
      }),
    ]),
  );
  const remote = await dial(await portOf(log));
  await came.has(`127.0.0.1:${remote.socket.localPort}`);
  remote.socket.write("hello");
  await remote.hears("hello");
});

test("tcpBareDriver announces the bound address by tcpListening while the listener is open", async () => {
  const log = new Log<string>();
  const leave = new Button();
  const port = await freePort();
  startWorld([
    vmProcess(watchListener(tcpListener(port), log)),
    untilPressed(leave, listen(tcpListener(port), echo(tcpListener(port)))),
  ]);
  await log.has(`127.0.0.1:${port}`);
  expect(await attempt(port)).toBe("connected");
  leave.press();
  await log.has("withdrawn");
  expect(log.entries).toEqual([`127.0.0.1:${port}`, "withdrawn"]);
  expect(await attempt(port)).toBe("ECONNREFUSED");
});

test("tcpBareDriver({ host }) binds that address, and names remotes as the system does", async () => {
  const [log, came] = [new Log<string>(), new Log<string>()];
  startWorld(vmProcess([watchListener(anyPort, log), listen(anyPort, ({ host }) => void came.add(host))]), {
    host: "::1",
  });
  const port = await portOf(log);
  expect(log.entries).toEqual([`::1:${port}`]);
  await dial(port, { host: "::1" });
  await came.has("::1");
});

test("tcpBareDriver opens one socket for several observers of a listener, and closes it when the last has gone", async () => {
  const [log, first, second] = [new Log<string>(), new Log<string>(), new Log<string>()];
  const leave = [new Button(), new Button()] as const;
  startWorld([
    vmProcess(watchListener(anyPort, log)),
    untilPressed(
      leave[0],
      listen(anyPort, () => void first.add("came")),
    ),
    untilPressed(
      leave[1],
      listen(anyPort, () => void second.add("came")),
    ),
  ]);
  const port = await portOf(log);
  await dial(port);
  await Promise.all([first.has("came"), second.has("came")]);
  leave[0].press();
  await dial(port);
  await second.has("came", 2);
  expect(first.entries).toEqual(["came"]);
  leave[1].press();
  await log.has("withdrawn");
  expect(log.entries).toEqual([`127.0.0.1:${port}`, "withdrawn"]);
  expect(await attempt(port)).toBe("ECONNREFUSED");
});

test("tcpBareDriver publishes EADDRINUSE as tcpError while the demand lasts, and tries again when it is made anew", async () => {
  const other = await RemoteServer.open();
  const listener = tcpListener(other.port);
  const log = new Log<string>();
  const leave = new Button();
  const come = new Button();
  startWorld([
    vmProcess(watchListener(listener, log)),
    untilPressed(leave, listen(listener, echo(listener))),
    vmProcess(come.onPress(() => listen(listener, echo(listener)))),
  ]);
  await log.has("EADDRINUSE");
  other.server.close();
  await once(other.server, "close");
  leave.press();
  await log.has("withdrawn");
  come.press();
  await log.has(`127.0.0.1:${listener.port}`);
  expect(log.entries).toEqual(["EADDRINUSE", "withdrawn", `127.0.0.1:${listener.port}`]);
});

test("tcpBareDriver publishes an address that is not ours, and a port that is none, as tcpError", async () => {
  const [ours, theirs] = [new Log<string>(), new Log<string>()];
  const forged = Object.freeze(
    Object.assign(Object.create(Object.getPrototypeOf(tcpListener(1)) as object), { port: "80" }),
  ) as TcpListener;
  startWorld(vmProcess([watchListener(anyPort, theirs), listen(anyPort, () => null)]), { host: "192.0.2.1" });
  startWorld(vmProcess([watchListener(forged, ours), listen(forged, () => null)]));
  await theirs.has("EADDRNOTAVAIL");
  await ours.has("ERR_SOCKET_BAD_PORT");
});

/** Run the echo server in listener-program.ts, as `command` followed by Node's name and arguments. */
function runListener(port: number, command: readonly string[] = []): ChildProcessByStdio<null, Readable, null> {
  const program = fileURLToPath(new URL("listener-program.ts", import.meta.url));
  const node = [process.execPath, "--conditions=@marketplace/source", "--import=tsx", program, String(port)];
  const [file = "", ...rest] = [...command, ...node];
  const child = run(file, rest, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  return child;
}

/** Lines, or parts of them, as they come from a stream. */
function textFrom(stream: Readable): Log<string> {
  const log = new Log<string>();
  stream.on("data", (chunk) => log.add(String(chunk).trim()));
  return log;
}

/** Does an echo server answer a newcomer? */
async function isServed(port: number): Promise<boolean> {
  const remote = new Remote(connect(port, "127.0.0.1")).listen();
  remote.socket.write("hello");
  return Promise.race([remote.hears("hello").then(() => true), remote.gone.then(() => false)]);
}

const isLinux = process.platform === "linux";
const firstUnprivileged = isLinux ? Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) : 0;

test.skipIf(firstUnprivileged <= 1)(
  "tcpBareDriver publishes EACCES as tcpError where the port is not for this user (where port 1 is privileged)",
  async () => {
    const child = runListener(1);
    const output = textFrom(child.stdout);
    await once(child, "close");
    expect(output.entries.join("")).toBe("EACCES");
    expect(child.exitCode).toBe(0);
  },
);

test.skipIf(!isLinux)(
  "a listener that has no descriptors left loses those who come then, keeps the others, and goes on (where ulimit is Linux's)",
  async () => {
    const child = runListener(0, ["sh", "-c", 'ulimit -n 128 && exec "$@"', "sh"]);
    const port = await portOf(textFrom(child.stdout));
    const remotes = Array.from({ length: 200 }, () => new Remote(connect(port, "127.0.0.1")).listen());
    for (const { socket } of remotes) socket.write("a");
    const outcomes = await Promise.all(
      remotes.map((remote) =>
        Promise.race([
          remote.hears("a").then(() => remote),
          remote.closed.then(() => undefined),
          remote.ended.then(() => undefined),
        ]),
      ),
    );
    const served = outcomes.filter((remote) => remote !== undefined);
    expect(served.length).toBeGreaterThan(0);
    expect(served.length).toBeLessThan(128);
    // Those who were served still are, and there is room again when they have gone.
    for (const remote of served) remote.socket.write("b");
    await Promise.all(served.map((remote) => remote.hears("ab")));
    for (const remote of served) remote.socket.end();
    await Promise.all(served.map(({ ended }) => ended));
    for (const remote of served) remote.socket.destroy();
    // The ends may be there a moment before the descriptors are free.
    await vi.waitUntil(() => isServed(port), { timeout: 30_000 });
  },
);

test("a listener that the system fails to accept a connection for says so once as a warning of Node's, and goes on", async () => {
  // There is no way to make the system fail so, hence the error itself is not real.
  const listening = vi.spyOn(Server.prototype, "listen");
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  const log = new Log<string>();
  startWorld(vmProcess([watchListener(anyPort, log), listen(anyPort, echo(anyPort))]));
  const port = await portOf(log);
  const server = listening.mock.contexts[0] as Server;
  for (let i = 0; i < 2; i++) server.emit("error", Object.assign(new Error("accept ENFILE"), { code: "ENFILE" }));
  expect(warnings.mock.calls).toEqual([
    [expect.stringContaining("accept ENFILE"), { type: "TcpWarning", code: "ENFILE" }],
  ]);
  const remote = await dial(port);
  remote.socket.write("hello");
  await remote.hears("hello");
  expect(log.entries).toEqual([`127.0.0.1:${port}`]);
});

test("tcpBareDriver opens a listener anew at once on the same port, while its earlier connections live on", async () => {
  const port = await freePort();
  const listener = tcpListener(port);
  const log = new Log<string>();
  const again = new Button();
  const known = new Set<number>();
  // A new observer of the listener meets the connections that are still up, too.
  const session = (them: TcpAddress): Step<any> => {
    if (known.has(them.port)) return null;
    known.add(them.port);
    return echo(listener)(them);
  };
  const demand = (): ActionTree<any> => vmProcess([listen(listener, session), again.onPress(() => [demand(), quit()])]);
  startWorld([vmProcess(watchListener(listener, log)), demand()]);
  await log.has(`127.0.0.1:${port}`);
  const remotes = [];
  for (let i = 1; i <= 3; i++) {
    const remote = await dial(port);
    remotes.push(remote);
    remote.socket.write("a");
    await remote.hears("a");
    again.press();
    await log.has(`127.0.0.1:${port}`, i + 1);
  }
  expect(log.entries.filter((entry) => entry === "withdrawn")).toHaveLength(3);
  for (const remote of remotes) remote.socket.write("b");
  await Promise.all(remotes.map((remote) => remote.hears("ab")));
});

test("tcpBareDriver accepts 500 connections at once, and each is served", async () => {
  const log = new Log<string>();
  startWorld(vmProcess([watchListener(anyPort, log), listen(anyPort, echo(anyPort))]));
  const port = await portOf(log);
  const remotes = await Promise.all(Array.from({ length: 500 }, () => dial(port)));
  remotes.forEach((remote, i) => remote.socket.write(`number ${i}`));
  await Promise.all(remotes.map((remote, i) => remote.hears(`number ${i}`)));
});

test("tcpBareDriver closes an accepted connection that nobody took up when its listener's demand goes, and no other", async () => {
  const log = new Log<string>();
  const leave = new Button();
  const sessions = new Log<string>();
  let count = 0;
  startWorld([
    vmProcess(watchListener(anyPort, log)),
    untilPressed(
      leave,
      listen(anyPort, (them) => {
        sessions.add("came");
        return count++ === 0 ? echo(anyPort)(them) : null;
      }),
    ),
  ]);
  const port = await portOf(log);
  const taken = await dial(port);
  await sessions.has("came");
  const ignored = await dial(port);
  await sessions.has("came", 2);
  leave.press();
  await ignored.ended;
  taken.socket.write("still here");
  await taken.hears("still here");
});

test("tcpBareDriver shows a connection no more once it ends it, whenever its listener's demand goes", async () => {
  for (let rounds = 0; rounds < 8; rounds++) {
    const log = new Log<string>();
    let present = 0;
    const vm = startWorld([
      vmProcess([
        watchListener(anyPort, log),
        observePublishers(
          tcpChannel(ANY, anyPort, ANY),
          {
            onPresence: ({ role }) => void (present += role.interestType === "participant" ? 1 : 0),
            onAbsence: ({ role }) => void (present -= role.interestType === "participant" ? 1 : 0),
          },
          { interest: "everything" },
        ),
      ]),
      // Leaves so many rounds after the driver was handed the connection.
      vmProcess([
        observePublishers(tcpChannel(ANY, anyPort, ANY)),
        observePublishers([ANY, ANY], {
          onMessage: ([, event]) =>
            (event as { type?: string } | null)?.type === "accepted" ? afterRounds(rounds, () => quit()) : null,
        }),
      ]),
    ]);
    const port = await portOf(log);
    const remote = new Remote(connect({ port, host: "127.0.0.1", allowHalfOpen: true })).listen();
    await log.has("withdrawn");
    await remote.gone;
    expect(present).toBe(0);
    remote.socket.end();
    await vm.ended;
  }
});

test("tcpBareDriver opens nothing for participants, spies and observers of a single remote", async () => {
  const port = await freePort();
  const [log, all] = [new Log<string>(), new Log<string>()];
  const remote = tcpAddress("127.0.0.1", 1);
  startWorld([
    vmProcess([
      watchListener(tcpListener(port), log),
      subscriber(tcpChannel(ANY, tcpListener(port), ANY)),
      publisher(tcpChannel(tcpListener(port), ANY, ANY)),
      observePublishers(tcpChannel(ANY, tcpListener(ANY), ANY)),
      observePublishers(tcpChannel(remote, tcpListener(port), ANY)),
      observePublishers(tcpChannel(ANY, tcpListener(port), ANY), {}, { interest: "everything" }),
      observeSubscribers(tcpChannel(ANY, tcpListener(port), ANY)),
    ]),
    // It is opened after what the others might have asked for.
    vmProcess([watchListener(anyPort, all), listen(anyPort, () => null)]),
  ]);
  await portOf(all);
  expect(await attempt(port)).toBe("ECONNREFUSED");
  expect(log.entries).toEqual([]);
});

test("tcpBareDriver opens nothing for demand that goes while the name of its host is looked up", async () => {
  const [log, other] = [new Log<string>(), new Log<string>()];
  const port = await freePort();
  const leave = new Button();
  startWorld(
    [
      vmProcess(watchListener(tcpListener(port), log)),
      untilPressed(
        leave,
        listen(tcpListener(port), () => null),
      ),
      vmProcess([watchListener(anyPort, other), listen(anyPort, () => null)]),
    ],
    { host: "localhost" },
    // A clock that stands still makes one slice of it all, before any name can have been looked up.
    { ...nodeHost(), monotonic: () => 0 },
  );
  leave.press();
  await portOf(other);
  expect(await attempt(port)).toBe("ECONNREFUSED");
  expect(log.entries).toEqual([]);
});

test.skipIf(!isLinux)(
  "tcpBareDriver refuses a second connection from the same remote address and port to another of the listener's addresses (Linux: 127.0.0.2)",
  async () => {
    const [log, came] = [new Log<string>(), new Log<string>()];
    startWorld(
      vmProcess([
        watchListener(anyPort, log),
        listen(anyPort, (them) => {
          came.add("came");
          return echo(anyPort)(them);
        }),
      ]),
      { host: "0.0.0.0" },
    );
    const port = await portOf(log);
    const from = { localAddress: "127.0.0.1", localPort: await freePort() };
    const first = await dial(port, from);
    const second = new Remote(connect({ host: "127.0.0.2", port, ...from })).listen();
    await second.closed;
    expect(second.text).toBe("");
    first.socket.end("mine");
    await first.hears("mine");
    expect(came.entries).toEqual(["came"]);
  },
);

test("tcpBareDriver accepts a remote again that has gone and comes back from the same port", async () => {
  const log = new Log<string>();
  startWorld(vmProcess([watchListener(anyPort, log), listen(anyPort, (them) => conversation(anyPort, them, log))]));
  const port = await portOf(log);
  const localPort = await freePort();
  for (let i = 1; i <= 3; i++) {
    const remote = await dial(port, { localAddress: "127.0.0.1", localPort });
    await log.has("present", i);
    remote.socket.resetAndDestroy();
    await log.has("absent: ECONNRESET", i);
  }
});
