import { expect, test } from "vitest";
import { udpRemoteAddress } from "@marketplace/runtime";
import { MOST_WAITING, UdpSocketSource, type UdpEvent } from "../../src/udp/socket-source.ts";
import { Outsider } from "./people.ts";

/** A source that is open, and the next event of it. */
async function opened(): Promise<{
  readonly source: UdpSocketSource;
  readonly port: number;
  readonly next: () => Promise<UdpEvent>;
  readonly disarm: () => void | Promise<void>;
}> {
  const source = new UdpSocketSource({ host: "127.0.0.1", port: 0, bothFamilies: false });
  let disarm: () => void | Promise<void> = () => {};
  const next = (): Promise<UdpEvent> => new Promise((resolve) => (disarm = source.arm(resolve)));
  const open = await next();
  if (open.type !== "open") throw new Error(`expected an open socket, got ${open.type}`);
  return { source, port: open.port, next, disarm: () => disarm() };
}

test("send() beyond 4 MiB on its way out fails with ENOBUFS, and what was before is sent", async () => {
  const outsider = await Outsider.open();
  const { source, next, disarm } = await opened();
  const body = Buffer.alloc(60_000);
  const to = udpRemoteAddress("127.0.0.1", outsider.port);
  const fit = Math.floor(MOST_WAITING / (body.length + 256));
  for (let i = 0; i < fit + 7; i++) source.send(to, body);
  const failed = await next();
  expect(failed).toEqual({
    type: "unsent",
    datagrams: Array.from({ length: 7 }, () => ({ destination: to, code: "ENOBUFS" })),
  });
  const [first] = await outsider.hears(1);
  expect(first?.bytes.length).toBe(60_000);
  await disarm();
});

test("datagrams that come while nobody asks wait up to 4 MiB, empty ones too, and are handed over at once", async () => {
  const { port, next, disarm } = await opened();
  const outsider = await Outsider.open();
  for (let i = 0; i < 200; i++) await outsider.send("", port);
  await outsider.send("last", port);
  // When the system has handed over what was sent after them, they have come.
  await outsider.send("after", outsider.port);
  await outsider.hears(1);
  await new Promise((resolve) => setImmediate(resolve));
  let count = 0;
  let events = 0;
  for (let last = ""; last !== "last"; events++) {
    const event = await next();
    if (event.type !== "arrived") throw new Error(event.type);
    count += event.datagrams.length;
    last = Buffer.from(event.datagrams.at(-1)?.bytes ?? []).toString();
  }
  expect(count).toBe(201);
  expect(events).toBeLessThan(201);
  await disarm();
});

test("a source that is disarmed closes its socket, also while it is opening", async () => {
  const source = new UdpSocketSource({ host: "localhost", port: 0, bothFamilies: false });
  await source.arm(() => {
    throw new Error("it was not to open");
  })();
  const { disarm, port } = await opened();
  await disarm();
  await Outsider.open("127.0.0.1", port);
});
