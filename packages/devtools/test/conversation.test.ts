import { describe, expect, test } from "vitest";
import { PROTOCOL, type ClientFrame, type ServerFrame } from "@marketplace/runtime/inspect";
import type { Connection, Listener } from "../src/connection/connection.ts";
import { Conversation, type ConversationListener, Refused } from "../src/connection/conversation.ts";
import { recordingConnection } from "../src/connection/file.ts";
import { lineOverTexts } from "../src/connection/texts.ts";
import { takeToken } from "../src/connection/token.ts";
import { Model } from "../src/model/model.ts";

/** A program that does what the test says, and a clock that stands still. */
class World implements ConversationListener {
  readonly told: string[] = [];
  readonly sent: ClientFrame[] = [];
  readonly waits: number[] = [];
  line: Listener | null = null;
  #task: (() => void) | null = null;
  readonly conversation: Conversation;

  constructor(connection?: Connection) {
    const own: Connection = {
      kind: "port",
      place: "a test",
      token: "secret",
      open: (listener) => {
        this.line = listener;
        return {
          send: (frame) => void this.sent.push(frame),
          close: () => listener.closed({ reason: "closed", final: true }),
        };
      },
    };
    this.conversation = new Conversation(connection ?? own, this, {
      after: (milliseconds, task) => {
        this.waits.push(milliseconds);
        this.#task = task;
        return () => (this.#task = null);
      },
    });
  }

  tick(): void {
    const task = this.#task;
    this.#task = null;
    task?.();
  }

  welcome = (): void => void this.told.push("welcome");
  snapshot = (): void => void this.told.push("snapshot");
  events = (): void => void this.told.push("events");
  status = (): void => void this.told.push("status");
  trying = (): void => void this.told.push("trying");
  lost = ({ reason }: { reason: string }, retryIn: number | null): void =>
    void this.told.push(`lost: ${reason}, ${retryIn}`);
}

const welcome: ServerFrame = {
  type: "welcome",
  protocol: PROTOCOL,
  run: "r",
  target: "t",
  control: true,
  window: 8,
  started: 0,
};

describe("a Conversation", () => {
  test("greets with the token, and acknowledges each frame", () => {
    const world = new World();
    world.conversation.open();
    expect(world.sent).toEqual([expect.objectContaining({ type: "hello", protocol: PROTOCOL, token: "secret" })]);
    world.line?.frame(welcome);
    world.line?.frame({ type: "snapshot", frame: 1, at: 0, first: true, rest: 0, processes: [] });
    world.line?.frame({ type: "events", frame: 2, events: [] });
    expect(world.told).toEqual(["trying", "welcome", "snapshot", "events"]);
    expect(world.sent.slice(1)).toEqual([
      { type: "ack", frame: 1 },
      { type: "ack", frame: 2 },
    ]);
  });

  test("tries again when the line is lost, less and less often, and often again after a success", () => {
    const world = new World();
    world.conversation.open();
    for (let i = 0; i < 6; i++) {
      world.line?.closed({ reason: "gone", final: false });
      world.tick();
    }
    expect(world.waits).toEqual(world.waits.toSorted((a, b) => a - b));
    expect(world.waits[5]).toBeGreaterThan(world.waits[0] ?? 0);
    world.line?.frame(welcome);
    world.line?.closed({ reason: "gone", final: false });
    expect(world.waits.at(-1)).toBeLessThan(world.waits[5] ?? 0);
  });

  test("ends where another attempt would end in the same way", () => {
    const world = new World();
    world.conversation.open();
    world.line?.closed({ reason: "wrong token", final: true });
    expect(world.told.at(-1)).toBe("lost: wrong token, null");
    world.conversation.open();
    expect(world.told.filter((one) => one === "trying")).toHaveLength(1);
  });

  test("matches answers with requests, and rejects those that a lost line leaves open", async () => {
    const world = new World();
    world.conversation.open();
    const paused = world.conversation.request({ command: "pause" });
    const killed = world.conversation.request({ command: "kill", process: "3" });
    const open = world.conversation.request({ command: "step" });
    world.line?.frame({
      type: "refusal",
      frame: 1,
      request: 2,
      code: "NO_SUCH_PROCESS",
      message: "there is no process 3",
    });
    world.line?.frame({ type: "reply", frame: 2, request: 1, result: {} });
    expect(await paused).toEqual({});
    await expect(killed).rejects.toThrow(Refused);
    await expect(killed).rejects.toMatchObject({ code: "NO_SUCH_PROCESS" });
    world.line?.closed({ reason: "gone", final: false });
    await expect(open).rejects.toThrow("was lost");
    await expect(world.conversation.request({ command: "step" })).rejects.toThrow("no connection");
  });
});

test("a request that has no room in a frame is rejected here, and nothing is sent of it; others go on", async () => {
  const sent: string[] = [];
  const texts = { send: (text: string) => void sent.push(text), close: () => {} };
  const world = new World({ kind: "port", place: "a test", open: (listener) => lineOverTexts(texts, listener) });
  world.conversation.open();
  const inject = (body: string): Promise<unknown> =>
    world.conversation.request({ command: "preview", vm: "", body, orientation: "publisher" });
  await expect(inject("x".repeat(1_048_577))).rejects.toThrow("too large");
  // Sockets count bytes: here two for each character.
  await expect(inject("\u00e9".repeat(600_000))).rejects.toThrow("too large");
  expect(sent).toHaveLength(1);
  void inject("x".repeat(1_000_000));
  void inject("\u00e9".repeat(500_000));
  expect(sent).toHaveLength(3);
});

test("a recording tells all that is in it, in order, and answers for the states that it holds", async () => {
  const events = Array.from(
    { length: 12_000 },
    (_, i) => ({ kind: "turn", id: i + 1, t: i, cause: 0, process: "1", pending: 0 }) as const,
  );
  const value = { kind: "number", text: "7" } as const;
  const header = { type: "recording", protocol: PROTOCOL, run: "r", target: "t", started: 0 } as const;
  const states = [{ type: "state", process: "1", event: 5, value } as const];
  const model = new Model(0, 16_384);
  const answers: Promise<void>[] = [];
  const all = new Promise<void>((resolve) => {
    const listener: ConversationListener = {
      welcome: () => {},
      snapshot: () => {},
      status: () => {},
      trying: () => {},
      lost: () => {},
      events: ({ events: some }) => {
        model.apply(some);
        if (model.newest === 12_000) resolve();
      },
    };
    const conversation = new Conversation(
      recordingConnection({ header, at: 0, processes: [], events, states }, "a file"),
      listener,
    );
    conversation.open();
    // oxlint-disable vitest/valid-expect -- awaited where the answers are
    answers.push(
      expect(conversation.request({ command: "state", process: "1", at: 9 })).resolves.toEqual({
        value,
        event: 5,
        changedSince: false,
      }),
      expect(conversation.request({ command: "state", process: "1", at: 4 })).rejects.toThrow("recording"),
      expect(conversation.request({ command: "pause" })).rejects.toThrow("recording"),
    );
    // oxlint-enable vitest/valid-expect
  });
  await Promise.all(answers);
  await all;
  expect(model.log.length).toBe(12_000);
});

test("takeToken takes the token out of the address, and keeps it for this tab", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
  const shown: string[] = [];
  const history = { replaceState: (_: unknown, __: string, url: string) => void shown.push(url) } as unknown as History;
  const at = (hash: string): Location => ({ hash, pathname: "/", search: "" }) as Location;
  expect(takeToken(at(""), history, storage)).toBeNull();
  expect(takeToken(at("#token=abc_-9"), history, storage)).toBe("abc_-9");
  expect(takeToken(at("#token=xyz&/trace/r/7"), history, storage)).toBe("xyz");
  expect(takeToken(at("#/trace/r/7"), history, storage)).toBe("xyz");
  expect(shown).toEqual(["/", "/#/trace/r/7"]);
});
