import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { Guarded } from "../../src/views/guarded.tsx";

test("a part of the page that cannot be drawn says so in its place, leaves the others, and can be tried again", () => {
  let isBroken = true;
  const Fragile = (): string => {
    if (isBroken) throw new RangeError("too much of it");
    return "drawn";
  };
  const place = document.createElement("div");
  const caught: unknown[] = [];
  const root = createRoot(place, { onCaughtError: (thrown) => caught.push(thrown) });
  flushSync(() =>
    root.render([
      createElement(Guarded, { key: 1, what: "The tree" }, createElement(Fragile)),
      createElement("p", { key: 2 }, "another part"),
    ]),
  );
  expect(place.textContent).toContain("The tree cannot be drawn.");
  expect(place.textContent).toContain("RangeError: too much of it");
  expect(place.textContent).toContain("another part");
  expect(caught).toHaveLength(1);

  isBroken = false;
  flushSync(() => place.querySelector("button")?.click());
  expect(place.textContent).toBe("drawnanother part");
  root.unmount();
});
