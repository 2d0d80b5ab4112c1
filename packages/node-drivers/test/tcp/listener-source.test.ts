import { expect, onTestFinished, test, vi } from "vitest";
import { ListenerSource, type Accepted, type ListenerEvent } from "../../src/tcp/listener-source.ts";
import { SocketSource } from "../../src/tcp/socket-source.ts";
import { Log } from "../log.ts";
import { dial, type Remote } from "./remote.ts";

const limits = { maxUnsent: 1024, stalled: 60_000, linger: 60_000, flush: 60_000 };

/** A listener that is open, and armed only when the test says so. */
class Listener {
  readonly #source = new ListenerSource(0, { host: "127.0.0.1", limits, admit: undefined });
  readonly events = new Log<ListenerEvent>();
  readonly #accepted = vi.spyOn(SocketSource, "accepted");
  release: () => void = () => {};

  arm(): void {
    this.release = this.#source.arm((event) => this.events.add(event));
  }

  /** Have so many connect, and wait until the listener has accepted them all. */
  async connect(count: number): Promise<Remote[]> {
    const [listening] = await this.events.until(({ length }) => length > 0);
    if (listening?.type !== "listening") throw new Error("the listener is not open");
    const before = this.#accepted.mock.calls.length;
    const remotes = await Promise.all(Array.from({ length: count }, () => dial(listening.port)));
    await vi.waitUntil(() => this.#accepted.mock.calls.length === before + count, { timeout: 30_000 });
    return remotes;
  }

  /** The connections in the last value. */
  async last(): Promise<readonly Accepted[]> {
    const events = await this.events.until((all) => all.at(-1)?.type === "accepted");
    const last = events.at(-1);
    return last?.type === "accepted" ? last.connections : [];
  }
}

function openListener(): Listener {
  const listener = new Listener();
  onTestFinished(() => {
    listener.release();
    vi.restoreAllMocks();
  });
  listener.arm();
  return listener;
}

test("ListenerSource hands over in one value all who have connected since it was armed last", async () => {
  const listener = openListener();
  const remotes = await listener.connect(5);
  listener.arm();
  const connections = await listener.last();
  const ports = new Set(remotes.map(({ socket }) => socket.localPort));
  expect(new Set(connections.map(({ port }) => port))).toEqual(ports);
  expect(listener.events.entries).toHaveLength(2);
});

test("what ListenerSource.arm returned, called, drops those who have connected but have no owner yet, and no others", async () => {
  const listener = openListener();
  const [owned, ...others] = await listener.connect(2);
  listener.arm();
  const connections = await listener.last();
  const mine = connections.find(({ port }) => port === owned?.socket.localPort);
  const release = mine?.socket.arm(() => {});
  others.push(...(await listener.connect(1)));
  listener.release();
  for (const other of others) await other.gone;
  mine?.socket.write(Buffer.from("still here"));
  await owned?.hears("still here");
  owned?.socket.end();
  await release?.();
});
