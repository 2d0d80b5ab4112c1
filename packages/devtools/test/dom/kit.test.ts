import { describe, test } from "vitest";
import { ANY, defaultHost, subscriber } from "@marketplace/runtime";
import { driverKit } from "@marketplace/runtime/testing";
import { domDriver, domError, domEvent } from "@marketplace/devtools/dom";

describe("driverKit on domDriver", () => {
  let root = document.createElement("div");
  const listened = new Set<string>();
  const checks = driverKit({
    host: defaultHost,
    driver() {
      root = document.createElement("div");
      const { prototype } = EventTarget;
      root.addEventListener = (...args: any[]) => {
        listened.add(args[0]);
        prototype.addEventListener.apply(root, args as never);
      };
      root.removeEventListener = (...args: any[]) => {
        listened.delete(args[0]);
        prototype.removeEventListener.apply(root, args as never);
      };
      return domDriver({ root });
    },
    opening: () => ({
      demand: subscriber(domEvent("button", "click", ANY)),
      present: domEvent("button", "click", ANY),
      inbound: domEvent("button", "click", ANY),
      isOpen: () => listened.has("click"),
    }),
    failing: () => ({
      demand: subscriber(domEvent("b[", "click", ANY)),
      present: domEvent("b[", "click", ANY),
      error: domError("b[", "click", ANY),
    }),
  });
  test.each(checks)("$name", ({ run }) => run());
});
