import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { node, Program } from "./program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Sample {
  readonly code: string;
  /** What it prints, if the text says so. */
  readonly output: string | undefined;
}

/** The blocks of TypeScript in a text, each with the block of text that follows it. */
function samplesIn(path: string): Sample[] {
  const text = readFileSync(`${root}${path}`, "utf8");
  const blocks = text.matchAll(/^```ts\n(.*?)^```\n(?:\n(?:It prints\n\n)?```text\n(.*?)^```$)?/gms);
  // What imports nothing is a part of a program, not one.
  return [...blocks].map(([, code = "", output]) => ({ code, output })).filter(({ code }) => /^import /m.test(code));
}

test("README.md shows examples/echo/echo.ts as it is", () => {
  expect(samplesIn("README.md")[0]?.code).toBe(readFileSync(`${root}examples/echo/echo.ts`, "utf8"));
});

describe("the links in the texts", () => {
  const folders = ["", "docs/", "conformance/", "packages/runtime/", "packages/node-drivers/", "packages/devtools/"];
  const texts = folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`).flatMap((file) => (file.endsWith(".md") ? [`${folder}${file}`] : [])),
  );
  /** What a heading is called in a link. */
  const anchor = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");

  test.each(texts)("%s has none that leads nowhere", (path) => {
    const links = [...readFileSync(`${root}${path}`, "utf8").matchAll(/\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, to = "", section]) => {
      const target = to === "" ? `${root}${path}` : join(root, dirname(path), to);
      if (!existsSync(target)) return true;
      if (section === undefined) return false;
      const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
        anchor(heading),
      );
      return !headings.includes(section);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe("the programs in the texts", () => {
  const texts = [
    "docs/getting-started.md",
    "docs/tcp.md",
    "packages/runtime/README.md",
    "packages/node-drivers/README.md",
  ];
  const samples = texts.flatMap((path) =>
    samplesIn(path).map((sample, index) => ({
      name: `program ${index + 1} of ${path}`,
      file: `${path.replaceAll("/", "-")}-${index + 1}.ts`,
      ...sample,
    })),
  );
  const folder = "node_modules/.cache/texts";

  beforeAll(() => {
    const config = {
      extends: "../../../tsconfig.base.json",
      compilerOptions: {
        noEmit: true,
        composite: false,
        declarationMap: false,
        isolatedDeclarations: false,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
        lib: ["es2023", "esnext.disposable", "dom"],
        types: ["node"],
      },
      include: ["programs"],
    };
    rmSync(`${root}${folder}`, { recursive: true, force: true });
    mkdirSync(`${root}${folder}/programs`, { recursive: true });
    cpSync(`${root}examples/echo`, `${root}${folder}/echo`, { recursive: true });
    writeFileSync(`${root}${folder}/package.json`, JSON.stringify({ type: "module" }));
    writeFileSync(`${root}${folder}/tsconfig.json`, JSON.stringify(config));
    for (const { file, code } of samples) writeFileSync(`${root}${folder}/programs/${file}`, code);
  });

  test("compile", async () => {
    expect(samples.length).toBeGreaterThan(texts.length);
    await using compiler = new Program(process.execPath, [
      "node_modules/@typescript/native/bin/tsc",
      "--project",
      folder,
    ]);
    await compiler.ended;
    // It checks what they import as well, which is not our matter here.
    expect(compiler.stdout.split("\n").filter((line) => line.startsWith(folder))).toEqual([]);
  });

  test.each(samples.filter(({ output }) => output !== undefined))(
    "$name prints what the text says that it does",
    async ({ file, output }) => {
      await using program = node([`${folder}/programs/${file}`]);
      await program.ended;
      expect(program.stderr + program.stdout).toBe(output);
    },
  );
});

describe("docs/errors.md", () => {
  const text = readFileSync(`${root}docs/errors.md`, "utf8");
  // What a viewer and a VM answer each other is told there.
  const protocol = readFileSync(`${root}docs/inspector-protocol.md`, "utf8");
  const sources = ["packages/runtime/src", "packages/node-drivers/src", "packages/devtools/src/dom"].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(`${root}${folder}/${file}`, "utf8")),
  );
  const thrown = /(?:new MarketplaceError\(\s*|\bcode: )"([A-Z][A-Z_]+)"/g;
  const codes = new Set(sources.flatMap((source) => [...source.matchAll(thrown)].map(([, code]) => code)));

  test("explains every code that the sources have", () => {
    expect(codes.size).toBeGreaterThan(10);
    expect([...codes].filter((code) => !`${text}${protocol}`.includes(`\`${code}\``))).toEqual([]);
  });

  test("explains in sections of their own only codes that the sources have", () => {
    const sections = [...text.matchAll(/^### (.*)$/gm)].flatMap(([, title = ""]) =>
      title.replaceAll("`", "").split(", "),
    );
    expect(sections.filter((code) => !sources.some((source) => source.includes(`"${code}"`)))).toEqual([]);
  });
});
