import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiReport } from "../api-report.mjs";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "api-report-"));
  mkdirSync(join(folder, "dist"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The code blocks of the report on a package with these declaration files and one entry for each of `entries`. */
function blocks(files: Record<string, string>, entries: Record<string, string> = { ".": "index" }): string[] {
  const exports = Object.fromEntries(
    Object.entries(entries).map(([entry, file]) => [
      entry,
      { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
    ]),
  );
  const manifest = { name: "sample", type: "module", exports: { ...exports, "./package.json": "./package.json" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, "dist", `${file}.d.ts`), text);
  return [...apiReport(folder).matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, block]) => block ?? "");
}

describe("apiReport", () => {
  test("lists what an entry exports, by name and without comments, wherever it was declared", () => {
    const [entry] = blocks({
      index: `export { spawn } from "./spawn.js";\nexport { ANY } from "./wild.js";\n`,
      spawn: "/** Spawns. */\nexport declare function spawn(boot: () => void): number;\n",
      wild: "export declare const ANY: unique symbol;\n",
    });
    expect(entry).toBe("const ANY: unique symbol;\nfunction spawn(boot: () => void): number;");
  });

  test("shows every overload, and the name that users see", () => {
    const [entry] = blocks({
      index:
        "declare function add(a: number): number;\ndeclare function add(a: string): string;\nexport { add as plus };\n",
    });
    expect(entry).toBe("// exported as plus\nfunction add(a: number): number;\nfunction add(a: string): string;");
  });

  test("follows types that are named but not exported, so that a change in them shows", () => {
    const [, hidden] = blocks({
      index: `import type { Options } from "./options.js";\nexport declare function open(options: Options): void;\n`,
      options:
        "interface Limits {\n    most: number;\n}\nexport interface Options {\n    limits: Limits;\n}\nexport {};\n",
    });
    expect(hidden).toBe("interface Limits {\n    most: number;\n}\ninterface Options {\n    limits: Limits;\n}");
  });

  test("names a class that is not exported, without its inside", () => {
    const [, hidden] = blocks({
      index: `import type { Vm } from "./vm.js";\nexport declare function open(): Vm;\n`,
      vm: "interface Table {\n    size: number;\n}\nexport declare class Vm {\n    table: Table;\n}\nexport {};\n",
    });
    expect(hidden).toBe("class Vm;");
  });

  test("has a part for each entry of exports", () => {
    const parts = blocks(
      { index: "export declare const a: 1;\n", testing: "export declare const b: 2;\n" },
      { ".": "index", "./testing": "testing" },
    );
    expect(parts).toEqual(["const a: 1;", "const b: 2;"]);
  });

  test("says what to do where the declarations are not there", () => {
    expect(() => blocks({})).toThrow(/index\.d\.ts is no module: build first/);
  });
});
