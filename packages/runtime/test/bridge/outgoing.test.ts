import { describe, expect, test } from "vitest";
import { PIECE } from "../../src/bridge/conversation.ts";
import { creditItem, sayItem } from "../../src/bridge/frames.ts";
import { Outgoing } from "../../src/bridge/outgoing.ts";
import type { Wire } from "../../src/bridge/wire.ts";

describe("Outgoing: items that wait for the next frame", () => {
  test("flush(send) sends credit with the largest message of a conversation, and a second such message in a frame of its own", () => {
    const outgoing = new Outgoing();
    const [first, credit, second] = [
      sayItem(0, [new Uint8Array(PIECE)]),
      creditItem(1, PIECE),
      sayItem(2, [new Uint8Array(PIECE)]),
    ];
    for (const item of [first, credit, second]) outgoing.add(item);
    const frames: Wire[] = [];
    outgoing.flush((frame) => frames.push(frame));
    expect(frames).toEqual([[first, credit], [second]]);
    expect(outgoing.isEmpty).toBe(true);
  });
});
