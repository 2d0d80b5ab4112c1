import { describe, expect, test } from "vitest";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel } from "../../src/dsl/processes.ts";
import { Viewer } from "../inspect/viewer.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { noting, pair } from "./pair.ts";

describe("attachInspector(vm, channel) to a bridged VM", () => {
  test("shows what comes from the container as an input, and what follows from it as caused by that", () => {
    const { inner, here, there, host } = pair();
    here.does(
      atMetaLevel(subscriber(["ask", ANY], { onMessage: (ask) => atMetaLevel(sendMessage(["answer", ask[1]!])) })),
    );
    const viewer = Viewer.attach(inner, host);
    there().does(publisher(["ask", ANY]), sendMessage(["ask", 1]));
    viewer.flush();
    const { events } = viewer;
    const input = events.find((each) => each.kind === "input" && each.text.includes("message"));
    expect(input).toMatchObject({ from: "container", process: "outside" });
    const activation = events.find((each) => each.kind === "activation" && each.cause === (input as { id: number }).id);
    expect(activation).toMatchObject({ on: "message" });
    const action = events.find((each) => each.kind === "action" && each.cause === (activation as { id: number }).id);
    expect(action).toMatchObject({ action: "at-meta-level", asks: "send-message" });
  });

  test("while the VM is paused nothing is handled, and nothing is lost", () => {
    const log: string[] = [];
    const { inner, here, there, host } = pair();
    here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    const viewer = Viewer.attach(inner, host);
    viewer.ask({ command: "pause" });
    host.settle();
    there().does(publisher(["x", 1]), sendMessage(["x", 1]), sendMessage(["x", 2]));
    expect(log).toEqual([]);
    viewer.ask({ command: "resume" });
    host.settle();
    expect(log).toEqual(['here + publisher ["x", 1]', 'here: ["x", 1]', 'here: ["x", 2]']);
  });

  test("a breakpoint stops before a message of the container is handled", () => {
    const log: string[] = [];
    const { inner, here, there, host } = pair();
    here.does(atMetaLevel(subscriber(["x", ANY], noting(log, "here"))));
    const viewer = Viewer.attach(inner, host);
    viewer.ask({ command: "break", pattern: ["x", 2], kind: "message" });
    there().does(publisher(["x", 1]), sendMessage(["x", 1]), sendMessage(["x", 2]));
    expect(log).toEqual(['here + publisher ["x", 1]', 'here: ["x", 1]']);
    viewer.ask({ command: "resume" });
    host.settle();
    expect(log.at(-1)).toBe('here: ["x", 2]');
  });
});
