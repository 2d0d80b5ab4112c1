import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findViolations } from "../import-law.mjs";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "import-law-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Lays out a repository; the runtime's files are named by their path in its src. */
function given(runtime: Record<string, string>, others: Record<string, string> = {}): void {
  const files = Object.entries(runtime).map(([file, text]) => [`packages/runtime/src/${file}`, text] as const);
  for (const [file, text] of [...files, ...Object.entries(others)]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const expectedAt = (): string[] => findViolations(root).map(({ at, expected }) => `${at} ${expected}`);

describe("findViolations allows", () => {
  test("every import that goes down, and the package's own index.ts to name all rooms", () => {
    given({
      "index.ts": `export * from "./terms/term.ts";\nexport * from "./drivers/timer.ts";\n`,
      "terms/term.ts": "export const term = 1;\n",
      "model/role.ts": `import { term } from "../terms/term.ts";\nexport const role = term;\n`,
      "vm/vm.ts": `import { role } from "../model/role.ts";\nexport const vm = role;\n`,
      "dsl/spawn.ts": `import { vm } from "../vm/vm.ts";\nexport const spawn = vm;\n`,
      "drivers/timer.ts": `import { spawn } from "../dsl/spawn.ts";\nexport const timer = spawn;\n`,
      "bridge/codec.ts": `import { encode } from "cborg";\nexport const codec = encode;\n`,
      "testing/index.ts": `import { timer } from "../drivers/timer.ts";\nexport const testing = timer;\n`,
    });
    expect(findViolations(root)).toEqual([]);
  });

  test("types across vm and inspect, and types in a circle", () => {
    given({
      "vm/vm.ts": `import type { Tracer } from "../inspect/tracer.ts";\nexport type Vm = Tracer;\n`,
      "vm/process.ts": `import type { Vm } from "./vm.ts";\nexport type Process = Vm;\n`,
      "inspect/tracer.ts": `import type { Process } from "../vm/process.ts";\nexport type Tracer = Process;\n`,
    });
    expect(findViolations(root)).toEqual([]);
  });

  test("a package to import its dependencies, the runtime's public exports and, for Node's drivers, Node", () => {
    given(
      {},
      {
        "packages/node-drivers/package.json": `{ "dependencies": { "@marketplace/runtime": "0.1.0", "ws": "8" } }`,
        "packages/node-drivers/src/bridge.ts": `import "node:net";\nimport "ws";\nimport "@marketplace/runtime/bridge";\n`,
      },
    );
    expect(findViolations(root)).toEqual([]);
  });
});

describe("findViolations reports", () => {
  test("an import that goes up, with its file, line and what the room may import", () => {
    given({
      "terms/term.ts": `// first line\nimport { vm } from "../vm/vm.ts";\nexport const term = vm;\n`,
      "vm/vm.ts": "export const vm = 1;\n",
    });
    expect(findViolations(root)).toEqual([
      {
        at: "packages/runtime/src/terms/term.ts:2",
        expected: "terms imports no other room",
        came: `an import of "../vm/vm.ts"`,
      },
    ]);
  });

  test("import types, dynamic imports and re-exports like any import", () => {
    given({
      "model/a.ts": `export type A = import("../vm/vm.ts").Vm;\n`,
      "model/b.ts": `export const b = () => import("../vm/vm.ts");\n`,
      "model/c.ts": `export { vm } from "../vm/vm.ts";\n`,
      "vm/vm.ts": "export const vm = 1;\nexport type Vm = 1;\n",
    });
    expect(expectedAt()).toEqual(
      ["a", "b", "c"].map((file) => `packages/runtime/src/model/${file}.ts:1 model imports only terms`),
    );
  });

  test("a value that vm takes from inspect", () => {
    given({
      "vm/vm.ts": `import { tracer } from "../inspect/tracer.ts";\nexport const vm = tracer;\n`,
      "inspect/tracer.ts": "export const tracer = 1;\n",
    });
    expect(expectedAt()).toEqual(["packages/runtime/src/vm/vm.ts:1 vm imports only terms, model, types of inspect"]);
  });

  test("drivers that know the bridge, which knows them", () => {
    given({
      "drivers/timer.ts": `import "../bridge/codec.ts";\n`,
      "bridge/codec.ts": `import "../drivers/spy.ts";\n`,
      "drivers/spy.ts": "export const spy = 1;\n",
    });
    expect(expectedAt()).toEqual([
      "packages/runtime/src/drivers/timer.ts:1 drivers imports only terms, messages, model, vm, dsl",
    ]);
  });

  test("whatever the runtime imports from outside itself", () => {
    given({ "vm/host.ts": `import "node:timers";\nimport "ws";\nimport "../../test/helper.ts";\n` });
    expect(expectedAt()).toEqual(
      [1, 2, 3].map(
        (line) => `packages/runtime/src/vm/host.ts:${line} the runtime imports nothing outside its own src`,
      ),
    );
  });

  test("a codec anywhere but in bridge/codec.ts, and there anything but the codec", () => {
    given({
      "bridge/codec.ts": `import "cborg/json";\nimport "ws";\n`,
      "bridge/wire.ts": `import "cborg";\n`,
      "terms/codec.ts": `import "cborg";\n`,
    });
    expect(expectedAt()).toEqual(
      ["bridge/codec.ts:1", "bridge/codec.ts:2", "bridge/wire.ts:1", "terms/codec.ts:1"].map(
        (at) => `packages/runtime/src/${at} the runtime imports nothing outside its own src`,
      ),
    );
  });

  test("an import of the package's own index.ts, in its sources and in its tests", () => {
    given(
      { "dsl/index.ts": "export const dsl = 1;\n", "dsl/spawn.ts": `import "./index.ts";\n` },
      { "packages/runtime/test/dsl.test.ts": `import "../src/dsl/index.ts";\n` },
    );
    expect(expectedAt()).toEqual([
      "packages/runtime/src/dsl/spawn.ts:1 nothing imports an index.ts of its own package",
      "packages/runtime/test/dsl.test.ts:1 nothing imports an index.ts of its own package",
    ]);
  });

  test("a circle, once, with the way around it", () => {
    given({
      "vm/a.ts": `import "./b.ts";\n`,
      "vm/b.ts": `import "./c.ts";\n`,
      "vm/c.ts": `import "./a.ts";\n`,
      "vm/d.ts": `import "./a.ts";\n`,
    });
    const [a, b, c] = ["a", "b", "c"].map((file) => `packages/runtime/src/vm/${file}.ts`);
    expect(findViolations(root)).toEqual([
      { at: `${a}:1`, expected: "no circles", came: `${a} -> ${b} -> ${c} -> ${a}` },
    ]);
  });

  test("a file in no room", () => {
    given({ "helpers.ts": "export const helper = 1;\n", "utils/string.ts": "export const text = 1;\n" });
    expect(findViolations(root).map(({ at }) => at)).toEqual([
      "packages/runtime/src/helpers.ts:1",
      "packages/runtime/src/utils/string.ts:1",
    ]);
  });

  test("what another package imports beside its dependencies", () => {
    given(
      {},
      {
        "packages/node-drivers/src/tcp.ts": `import "ws";\nimport "../../runtime/src/index.ts";\n`,
        "packages/devtools/src/view.tsx": `import "node:fs";\n`,
      },
    );
    expect(expectedAt()).toEqual([
      "packages/node-drivers/src/tcp.ts:1 only what package.json lists: nothing",
      "packages/node-drivers/src/tcp.ts:2 a relative import stays inside packages/node-drivers/src/",
      "packages/devtools/src/view.tsx:1 packages/devtools/src/ runs in a browser and imports nothing of Node",
    ]);
  });

  test("an example's program that knows where it runs, but not its main.ts", () => {
    given(
      {},
      {
        "examples/echo/echo.ts": `import "node:net";\n`,
        "examples/echo/main.ts": `import "node:net";\nimport "@marketplace/node-drivers";\n`,
        "examples/test/echo.test.ts": `import "node:net";\n`,
      },
    );
    expect(expectedAt()).toEqual(["examples/echo/echo.ts:1 only main.ts of an example imports Node or its drivers"]);
  });

  test("a file that ARCHITECTURE.md names and that is not there", () => {
    given(
      { "vm/vm.ts": "export const vm = 1;\n" },
      {
        "ARCHITECTURE.md": [
          "`packages/runtime/src/vm/vm.ts`, `vm/vm.ts` and [it](packages/runtime/src/vm/vm.ts#top) are there.",
          "`vm/lost.ts`, [lost](docs/lost.md) and `lost.ts` are not; `npm test`, `a / b` and `@marketplace/runtime` are no files.",
        ].join("\n"),
      },
    );
    expect(findViolations(root).map(({ at, came }) => `${at} ${came}`)).toEqual([
      "ARCHITECTURE.md:2 vm/lost.ts",
      "ARCHITECTURE.md:2 docs/lost.md",
      "ARCHITECTURE.md:2 lost.ts",
    ]);
  });
});
