import { expect, test } from "vitest";
import { checkDebuggerOptions } from "../../src/debugger-options.ts";

test.each([
  [{ container: "#main" }, 'openDebugger: container: expected an element, got "#main"'],
  [{ container: null }, "openDebugger: container: expected an element, got null"],
  [{ target: 5 }, "openDebugger: target: expected a string, got 5"],
  [{ conainer: document.body }, 'openDebugger: options: expected only container, target, got "conainer"'],
  [null, "openDebugger: options: expected an object with container, target, got null"],
])("openDebugger(vm, %o) throws BAD_ARGUMENT: %s", (options, message) => {
  expect(() => checkDebuggerOptions(options as never)).toThrow(
    expect.objectContaining({ code: "BAD_ARGUMENT", message }),
  );
});
