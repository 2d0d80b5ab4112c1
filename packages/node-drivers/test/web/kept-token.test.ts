import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keptToken } from "../../src/web/kept-token.ts";
import { readWebOptions } from "../../src/web/options.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "marketplace-token-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

describe("keptToken(name, directory)", () => {
  test("is the same again, another one for another name, and good for serveInspector", () => {
    const token = keptToken("chat", directory);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(keptToken("chat", directory)).toBe(token);
    expect(keptToken("dns", directory)).not.toBe(token);
    expect(readWebOptions("serve", { token }, "").token).toBe(token);
  });

  test("makes a file and a directory that nobody else may read, and leaves nothing else there", async () => {
    const inside = join(directory, "state");
    keptToken("chat", inside);
    expect(await readdir(inside)).toEqual(["chat.token"]);
    expect((await stat(join(inside, "chat.token"))).mode & 0o777).toBe(0o600);
    expect((await stat(inside)).mode & 0o777).toBe(0o700);
  });

  test("keeps it in the user's directory for state unless told otherwise", async () => {
    vi.stubEnv("XDG_STATE_HOME", directory);
    const token = keptToken("chat");
    expect(await readFile(join(directory, "marketplace", "chat.token"), "utf8")).toBe(`${token}\n`);
  });

  const OTHERS = "A".repeat(43);
  const spoilt: readonly [string, (file: string) => Promise<void>][] = [
    ["a file that others may read", (file) => writeFile(file, OTHERS).then(() => chmod(file, 0o644))],
    ["a file that the group may write", (file) => writeFile(file, OTHERS).then(() => chmod(file, 0o620))],
    ["a token that is too short", (file) => writeFile(file, "AAAA", { mode: 0o600 })],
    ["an empty file", (file) => writeFile(file, "", { mode: 0o600 })],
    [
      "a link to somewhere else",
      async (file) => {
        await writeFile(`${file}.other`, OTHERS, { mode: 0o600 });
        await symlink(`${file}.other`, file);
      },
    ],
  ];
  for (const [what, spoil] of spoilt) {
    test(`replaces ${what}`, async () => {
      const file = join(directory, "chat.token");
      await spoil(file);
      const token = keptToken("chat", directory);
      expect(token).not.toBe(OTHERS);
      expect(token).toHaveLength(43);
      expect(keptToken("chat", directory)).toBe(token);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    });
  }

  test("warns where it cannot be kept, and the token is good for this run", async () => {
    const warned = vi.spyOn(console, "error").mockImplementation(() => {});
    await mkdir(join(directory, "chat.token"));
    const token = keptToken("chat", directory);
    expect(token).toHaveLength(43);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining("the token of chat cannot be kept"));
    expect(JSON.stringify(warned.mock.calls)).not.toContain(token);
  });

  for (const name of ["", "../chat", "a/b", ".hidden", "x".repeat(65), 7]) {
    test(`refuses the name ${JSON.stringify(name)}`, () => {
      expect(() => keptToken(name as string, directory)).toThrow(/keptToken: name: expected 1 to 64 letters/);
    });
  }
});
