import fc from "fast-check";
import { expect, test } from "vitest";
import { readRecording, writeRecording } from "@marketplace/runtime/inspect";
import { Model } from "../src/model/model.ts";
import { recordingOf } from "../src/views/recording.ts";
import { choices, picture, story } from "./events.ts";

const target = { name: "a program", run: "r", started: 5 };

test("a recording, written and read again, gives the same tree at each event that was still kept", () => {
  fc.assert(
    fc.property(choices, fc.integer({ min: 1, max: 150 }), (from, capacity) => {
      const { events, pictures } = story(from);
      const model = new Model(0, capacity);
      model.apply(events);
      const {
        header,
        at,
        processes,
        events: recorded,
      } = readRecording([...writeRecording(recordingOf(model, target, []))].join(""));
      expect(header).toMatchObject({ run: "r", target: "a program", started: 5 });
      const again = new Model(at, 512);
      again.add(processes);
      again.apply(recorded);
      expect(again.newest).toBe(model.newest);
      for (let id = Math.max(1, at); id <= events.length; id++) expect(picture(again.tree, id)).toBe(pictures[id - 1]);
    }),
  );
});
