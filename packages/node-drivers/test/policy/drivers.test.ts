import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import {
  ANY,
  observePublishers,
  publisher,
  sendMessage,
  tcpAddress,
  tcpChannel,
  tcpError,
  tcpHandle,
  tcpListener,
  tcpListening,
  udpError,
  udpHandle,
  udpListener,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type DriverError,
  type TcpAddress,
} from "@marketplace/runtime";
import { networkPolicy, tcpBareDriver, tcpDriver, udpDriver, type PolicyRule } from "@marketplace/node-drivers";
import { Button, process as aProcess, startGround, untilPressed } from "../ground.ts";
import { Log } from "../log.ts";
import { freePort, RemoteServer } from "../tcp/remote.ts";
import { conversation } from "../tcp/world.ts";
import { echo, failures, isFree, Outsider, portOf, user, watch } from "../udp/people.ts";
import { connectTo } from "./attempts.ts";
import { Correspondents } from "../../src/policy/correspondents.ts";
import { Canary, udpCanary } from "./canary.ts";

const us = tcpListener(0);

/** On a busy machine a second is little. */
const patience = { timeout: 20_000 };

afterEach(() => void vi.restoreAllMocks());

/** Logs the codes of what is published about a UDP socket. */
function trouble(id: number, log: Log<string>): ActionTree<any> {
  return observePublishers(udpError(udpHandle(id), ANY), {
    onPresence: ({ role }) => void log.add((role.topic.error as DriverError).code),
  });
}

/** Logs where a listener is open, or the code and message of what is published instead. */
function listenerNews(log: Log<string>, listener = us): ActionTree<any> {
  return [
    observePublishers(tcpListening(listener, ANY), {
      onPresence: ({ role }) => {
        const { host, port } = role.topic.address as TcpAddress;
        log.add(`${host}:${port}`);
      },
      onAbsence: () => void log.add("closed"),
    }),
    observePublishers(tcpError(ANY, ANY, ANY), {
      onPresence: ({ role }) => {
        const { code, message } = role.topic.error as DriverError;
        log.add(`${code} ${message}`);
      },
      onAbsence: () => void log.add("withdrawn"),
    }),
    observePublishers(tcpChannel(ANY, listener, ANY)),
  ];
}

test.each([["tcpBareDriver", tcpBareDriver] as const, ["tcpDriver", tcpDriver] as const])(
  "%s({ admit }) connects where a rule says so, by address, by another spelling of it and by name, and counts sockets until they close",
  async (_name, driver) => {
    const server = await RemoteServer.open();
    const rules: PolicyRule[] = ["127.0.0.1", "localhost"].map((host) => ({ op: "connect", host, ports: server.port }));
    const admit = networkPolicy(rules).session();
    const log = new Log<string>();
    const leave = new Button();
    const hosts = ["127.0.0.1", "127.1", "::ffff:127.0.0.1", "0.0.0.0", "127.0.0.1.", "localhost", "LOCALHOST."];
    startGround([
      driver({ admit }),
      hosts.map((host, index) =>
        untilPressed(leave, conversation(tcpHandle(index), tcpAddress(host, server.port), log)),
      ),
    ]);
    await log.has("present", hosts.length);
    expect(admit.sockets).toBe(hosts.length);
    const remotes = await Promise.all(hosts.map(() => server.accept()));
    for (const remote of remotes) remote.listen().socket.end();
    hosts.forEach(() => leave.press());
    await Promise.all(remotes.map((remote) => remote.closed));
    await vi.waitFor(() => expect(admit.sockets).toBe(0), patience);
  },
);

test("tcpBareDriver({ admit }) publishes a refusal as tcpError, with the missing rule, for as long as the demand lasts", async () => {
  const canary = await Canary.open();
  const admit = networkPolicy([]).session();
  const log = new Log<string>();
  const leave = new Button();
  startGround([
    tcpBareDriver({ admit }),
    aProcess(listenerNews(log)),
    untilPressed(leave, publisher(tcpChannel(tcpHandle(1), tcpAddress("127.0.0.1", canary.port), ANY))),
  ]);
  await log.until(({ length }) => length >= 2);
  expect([...log.entries].sort()).toEqual([
    `POLICY_DENIED to connect to 127.0.0.1 port ${canary.port} needs a rule { op: "connect", host: "127.0.0.1", ports: ${canary.port} }`,
    'POLICY_DENIED to listen on 127.0.0.1 port 0 needs a rule { op: "listen", host: "127.0.0.1", ports: 0 }',
  ]);
  leave.press();
  await log.has("withdrawn");
  expect(await canary.visitors()).toEqual([]);
  expect(admit.sockets).toBe(0);
});

test("tcpBareDriver({ admit, host }) listens where a rule says so, and who connects needs no rule", async () => {
  const admit = networkPolicy([{ op: "listen", host: "127.0.0.1", ports: 0 }]).session();
  const log = new Log<string>();
  const leave = new Button();
  startGround([tcpBareDriver({ admit, host: "127.0.0.1" }), untilPressed(leave, listenerNews(log))]);
  const port = Number((await log.until(({ length }) => length > 0))[0]?.split(":").at(-1));
  const client = connect(port, "127.0.0.1");
  await once(client, "connect");
  await vi.waitFor(() => expect(admit.sockets).toBe(2), patience);
  const closed = once(client, "close");
  client.resume().on("error", () => {});
  leave.press();
  await closed;
  await vi.waitFor(() => expect(admit.sockets).toBe(0), patience);
});

test.each([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "127.0.0.1"],
  ["127.0.0.2", "127.0.0.1"],
  ["127.0.0.1", "0.0.0.0"],
])("tcpBareDriver({ admit, host: %j }) does not listen with a rule for %s", async (host, allowed) => {
  const port = await freePort();
  const admit = networkPolicy([{ op: "listen", host: allowed, ports: port }]).session();
  const log = new Log<string>();
  startGround([tcpBareDriver({ admit, host }), aProcess(listenerNews(log, tcpListener(port)))]);
  await log.until(({ length }) => length > 0);
  expect(log.entries).toEqual([
    `POLICY_DENIED to listen on ${host} port ${port} needs a rule { op: "listen", host: "${host}", ports: ${port} }`,
  ]);
});

test("tcpBareDriver({ admit, host: 'localhost' }) listens on the address that was checked, and on nothing when it ends before that is known", async () => {
  let answer: (addresses: readonly string[]) => void = () => {};
  const lookup = (): Promise<readonly string[]> => new Promise((resolve) => (answer = resolve));
  const policy = networkPolicy([{ op: "listen", host: "127.0.0.3", ports: [[0, 65_535]] }], { lookup });
  const log = new Log<string>();
  const leave = new Button();
  const admit = policy.session();
  startGround([
    tcpBareDriver({ admit, host: "localhost" }),
    untilPressed(leave, listenerNews(log)),
    aProcess(listenerNews(log)),
  ]);
  await vi.waitFor(() => expect(admit.sockets).toBe(1), patience);
  answer(["127.0.0.1", "127.0.0.3"]);
  await log.until((entries) => entries.some((entry) => /^127\.0\.0\.3:\d+$/.test(entry)));

  const late = policy.session();
  const vm = startGround([
    tcpBareDriver({ admit: late, host: "localhost" }),
    aProcess(listenerNews(log, tcpListener(1))),
  ]);
  await vi.waitFor(() => expect(late.sockets).toBe(1), patience);
  await vm.stop();
  answer(["127.0.0.3"]);
  expect(late.sockets).toBe(0);
});

test("forbidden: a port of the bridge cannot be listened on at another address either", async () => {
  const port = await freePort();
  const admit = networkPolicy([{ op: "listen", host: "0.0.0.0/0", ports: [[0, 65_535]] }]).session({
    forbidden: [{ host: "0.0.0.0", port }],
  });
  const log = new Log<string>();
  startGround([tcpBareDriver({ admit, host: "127.0.0.9" }), aProcess(listenerNews(log, tcpListener(port)))]);
  await log.until(({ length }) => length > 0);
  expect(log.entries[0]).toBe(
    `POLICY_DENIED to listen on 127.0.0.9 port ${port} is refused whatever the rules say: it is a port of the server that carries this session`,
  );
});

test("session({ opens }) lets so many connections be made in a second, and publishes BRIDGE_LIMIT for those beyond", async () => {
  const server = await RemoteServer.open();
  const rules: PolicyRule[] = [{ op: "connect", host: "127.0.0.1", ports: server.port }];
  let now = 0;
  const admit = networkPolicy(rules).session({ opens: 3, now: () => now });
  const hosts = Array.from({ length: 5 }, () => "127.0.0.1");
  const codes = async (): Promise<string[]> =>
    (await connectTo(hosts, server.port, admit)).map(({ code }) => code).sort();
  expect(await codes()).toEqual(["BRIDGE_LIMIT", "BRIDGE_LIMIT", "connected", "connected", "connected"]);
  now += 667;
  await vi.waitFor(() => expect(admit.sockets).toBe(0), patience);
  expect((await codes()).filter((code) => code === "connected")).toHaveLength(2);
});

test("session({ sockets }) counts what others connect to us: beyond it they are reset, and those who are there stay", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const admit = networkPolicy([{ op: "listen", host: "127.0.0.1", ports: 0 }]).session({ sockets: 3 });
  const log = new Log<string>();
  startGround([tcpBareDriver({ admit }), aProcess(listenerNews(log))]);
  const port = Number((await log.until(({ length }) => length > 0))[0]?.split(":").at(-1));
  const clients = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  await vi.waitFor(() => expect(admit.sockets).toBe(3), patience);
  const refused = connect(port, "127.0.0.1");
  const [error] = (await once(refused.resume(), "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("no more may be at one time"), {
    type: "TcpWarning",
    code: "BRIDGE_LIMIT",
  });
  expect(clients.map(({ readyState }) => readyState)).toEqual(["open", "open"]);
  for (const client of clients) client.destroy();
});

test("udpDriver({ admit }) sends to what a rule allows; for the rest, udpFailure with POLICY_DENIED, and a warning with the missing rule", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const outsider = await Outsider.open();
  const canary = await Outsider.open("127.0.0.2");
  const admit = networkPolicy([{ op: "udp", host: "127.0.0.1", ports: outsider.port }]).session();
  const me = udpHandle("me");
  const log = new Log<string>();
  const to = (host: string, port: number): ActionTree<any> =>
    sendMessage(udpPacket(me, udpRemoteAddress(host, port), "question"));
  startGround([
    udpDriver({ admit }),
    aProcess([
      failures(me, log),
      user(me, log, undefined, () => [
        to("127.0.0.2", canary.port),
        to("127.0.0.2", canary.port),
        to("0x7f.1", outsider.port),
      ]),
    ]),
  ]);
  await outsider.hears(1);
  await log.has("127.0.0.2 POLICY_DENIED", 2);
  expect(log.entries.filter((entry) => entry !== "open")).toEqual([
    "127.0.0.2 POLICY_DENIED",
    "127.0.0.2 POLICY_DENIED",
  ]);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    `to send to 127.0.0.2 port ${canary.port} needs a rule { op: "udp", host: "127.0.0.2", ports: ${canary.port} }`,
    { type: "PolicyWarning", code: "POLICY_DENIED" },
  );
  await canary.send("the end", canary.port, "127.0.0.2");
  expect((await canary.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
});

test("udpDriver({ admit }): a udpHandle hears those it has sent to and those a rule allows, and nobody else", async () => {
  const asked = await Outsider.open();
  const stranger = await Outsider.open("127.0.0.2");
  const allowed = await Outsider.open("127.0.0.3");
  const rules: PolicyRule[] = [
    { op: "udp", host: "localhost", ports: asked.port },
    { op: "udp", host: "127.0.0.3", ports: allowed.port },
  ];
  const lookup = (): Promise<string[]> => Promise.resolve(["127.0.0.1"]);
  const me = udpHandle("me");
  const log = new Log<string>();
  startGround([
    udpDriver({ admit: networkPolicy(rules, { lookup }).session() }),
    aProcess(
      user(me, log, undefined, () => sendMessage(udpPacket(me, udpRemoteAddress("localhost", asked.port), "question"))),
    ),
  ]);
  const [question] = await asked.hears(1);
  const port = question?.port ?? 0;
  await stranger.send("from a stranger", port);
  await allowed.send("from one a rule allows", port);
  await asked.send("from one who was asked", port);
  await log.has("from one who was asked");
  expect(log.entries).toEqual(["open", "from one a rule allows", "from one who was asked"]);
});

test("udpDriver({ admit }) opens a udpListener where a rule says so; its answers need rules, too", async () => {
  const asker = await Outsider.open();
  const listener = udpListener(0);
  const rules: PolicyRule[] = [
    { op: "listen", host: "127.0.0.1", ports: 0 },
    { op: "udp", host: "127.0.0.1", ports: asker.port },
  ];
  const log = new Log<string>();
  const admit = networkPolicy(rules).session();
  const vm = startGround([udpDriver({ admit }), aProcess([watch(listener, log), echo(listener, new Log())])]);
  await asker.send("question", await portOf(log));
  expect((await asker.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["question"]);
  expect(admit.sockets).toBe(1);
  await vm.stop();
  await vi.waitFor(() => expect(admit.sockets).toBe(0), patience);
});

test("udpDriver({ admit }) publishes udpError for a listener that no rule allows, and the port stays free", async () => {
  const port = await freePort();
  const listener = udpListener(port);
  const log = new Log<string>();
  const admit = networkPolicy([{ op: "udp", host: "0.0.0.0/0", ports: [[0, 65_535]] }]).session();
  startGround([udpDriver({ admit }), aProcess([watch(listener, log), user(listener, new Log())])]);
  await log.has("POLICY_DENIED");
  expect(await isFree(port)).toBe(true);
  expect(admit.sockets).toBe(0);
});

test("session({ sockets }) is shared by the drivers: what TCP has taken, UDP cannot have", async () => {
  const admit = networkPolicy([{ op: "listen", host: "127.0.0.1", ports: 0 }]).session({ sockets: 2 });
  const log = new Log<string>();
  const leave = new Button();
  startGround([
    tcpBareDriver({ admit }),
    udpDriver({ admit }),
    untilPressed(leave, listenerNews(new Log())),
    aProcess([trouble(1, log), user(udpHandle(1), log)]),
  ]);
  await log.has("open");
  await vi.waitFor(() => expect(admit.sockets).toBe(2), patience);
  const second = new Log<string>();
  startGround([udpDriver({ admit }), aProcess([trouble(2, second), user(udpHandle(2), second)])]);
  await second.has("BRIDGE_LIMIT");
  leave.press();
  await vi.waitFor(() => expect(admit.sockets).toBe(1), patience);
  const third = new Log<string>();
  startGround([udpDriver({ admit }), aProcess([trouble(3, third), user(udpHandle(3), third)])]);
  await third.has("open");
});

test("a session looks up 32 names at a time, each once for all who wait for it; more is BRIDGE_LIMIT", async () => {
  const asked: string[] = [];
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const lookup = async (name: string): Promise<string[]> => {
    asked.push(name);
    await answered;
    return [];
  };
  const admit = networkPolicy([{ op: "connect", host: "127.0.0.1", ports: 1 }], { lookup }).session();
  const names = Array.from({ length: 32 }, (_, index) => `${index}.example`);
  const all = [...names, ...names].map((name) => Promise.resolve(admit.addresses("connect", name, 1)));
  expect(() => admit.addresses("connect", "one-more.example", 1)).toThrow(
    expect.objectContaining({ code: "BRIDGE_LIMIT" }),
  );
  answer();
  const codes = await Promise.all(all.map((each) => each.catch(({ code }: { code: string }) => code)));
  expect(new Set(codes)).toEqual(new Set(["ENOTFOUND"]));
  expect(asked).toEqual(names);
  // When they have been answered, there is room again, and nothing is remembered.
  await expect(admit.addresses("connect", "0.example", 1)).rejects.toThrow("0.example has no address");
  expect(asked).toHaveLength(33);
});

test("a look-up that fails is published with its own code", async () => {
  const lookup = (): Promise<string[]> =>
    Promise.reject(Object.assign(new Error("nobody answers"), { code: "EAI_AGAIN" }));
  const admit = networkPolicy([{ op: "connect", host: "example.com", ports: 1 }], { lookup }).session();
  const [outcome] = await connectTo(["example.com"], 1, admit);
  expect(outcome).toMatchObject({ code: "EAI_AGAIN", message: "nobody answers" });
  expect(admit.sockets).toBe(0);
});

test("udpDriver({ admit }) uses, of a name's addresses, an allowed one of version 4 before one of version 6, and the latter if there is no other", async () => {
  const [four, six] = await udpCanary();
  const rules: PolicyRule[] = ["127.0.0.1", "::1"].map((host) => ({ op: "udp", host, ports: four.port }));
  const lookup = (name: string): Promise<string[]> =>
    Promise.resolve(name === "six.example" ? ["::1"] : ["::1", "169.254.169.254", "127.0.0.1"]);
  const admit = networkPolicy(rules, { lookup }).session();
  const me = udpHandle("me");
  const to = (host: string): ActionTree<any> =>
    sendMessage(udpPacket(me, udpRemoteAddress(host, four.port), `to ${host}`));
  const vm = startGround([
    udpDriver({ admit }),
    aProcess(user(me, new Log(), undefined, () => [to("both.example"), to("six.example")])),
  ]);
  expect((await four.hears(1))[0]?.bytes.toString()).toBe("to both.example");
  expect((await six.hears(1))[0]?.bytes.toString()).toBe("to six.example");
  // One socket for each version.
  expect(admit.sockets).toBe(2);
  await vm.stop();
  await vi.waitFor(() => expect(admit.sockets).toBe(0), patience);
});

test("session({ sockets }) counts the second socket of a udpHandle: where it would be one too many, the datagram fails", async () => {
  const admit = networkPolicy([{ op: "udp", host: "::1", ports: 1 }]).session({ sockets: 1 });
  const me = udpHandle("me");
  const log = new Log<string>();
  startGround([
    udpDriver({ admit }),
    aProcess([
      failures(me, log),
      user(me, new Log(), undefined, () => sendMessage(udpPacket(me, udpRemoteAddress("::1", 1), "too many"))),
    ]),
  ]);
  await log.has("::1 BRIDGE_LIMIT");
  expect(admit.sockets).toBe(1);
});

test("of a name with many allowed addresses eight are used, in the order of the answer", async () => {
  const all = Array.from({ length: 20 }, (_, index) => `127.0.1.${index}`);
  const lookup = (): Promise<string[]> => Promise.resolve(all);
  const policy = networkPolicy([{ op: "connect", host: "127.0.0.0/8", ports: 1 }], { lookup });
  expect(await policy.session().addresses("connect", "many.example", 1)).toEqual(all.slice(0, 8));
});

test("a session warns of at most 16 different datagrams that it refuses, and never of what it refuses to TCP", () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const admit = networkPolicy([]).session();
  const denied = expect.objectContaining({ code: "POLICY_DENIED" });
  for (let round = 0; round < 2; round++) {
    for (let port = 1; port <= 20; port++) {
      expect(() => admit.addresses("udp", "127.0.0.1", port)).toThrow(denied);
      expect(() => admit.addresses("connect", "127.0.0.1", port)).toThrow(denied);
      expect(() => admit.addresses("listen", "127.0.0.1", port)).toThrow(denied);
    }
  }
  expect(warn).toHaveBeenCalledTimes(16);
  const told = warn.mock.calls.map(([message]) => String(message));
  expect(told.every((message) => message.startsWith("to send to"))).toBe(true);
});

test("Correspondents remembers the newest 4096 to whom something was sent, by address and port", () => {
  const correspondents = new Correspondents(networkPolicy([]).session());
  for (let port = 1; port <= 4096; port++) correspondents.add("192.0.2.1", port);
  // Who is sent to again is new again.
  correspondents.add("192.0.2.1", 1);
  correspondents.add("2001:DB8:0::1", 5);
  expect(correspondents.has("192.0.2.1", 1)).toBe(true);
  expect(correspondents.has("192.0.2.1", 2)).toBe(false);
  expect(correspondents.has("192.0.2.1", 3)).toBe(true);
  expect(correspondents.has("::ffff:192.0.2.1", 3)).toBe(true);
  expect(correspondents.has("192.0.2.2", 3)).toBe(false);
  expect(correspondents.has("2001:db8::1", 5)).toBe(true);
});

test("what the system is told to connect to is what was read, not what was written", async () => {
  const port = await freePort();
  const admit = networkPolicy([{ op: "connect", host: "127.0.0.1", ports: port }]).session();
  const outcomes = await connectTo(["::ffff:7f00:1", "0:0::FFFF:127.0.0.1", "127.0.0.1.", "0"], port, admit);
  expect(new Set(outcomes.map(({ message }) => message))).toEqual(new Set([`connect ECONNREFUSED 127.0.0.1:${port}`]));
});
