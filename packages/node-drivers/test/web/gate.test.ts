import { describe, expect, test } from "vitest";
import { Gate } from "../../src/web/gate.ts";

const lists = { hosts: ["127.0.0.1:4000"], origins: ["http://127.0.0.1:4000"], token: "AAECAwQFBgcICQoLDA0ODw" };
const gate = new Gate(lists);

describe("gate.refuses(rawHeaders)", () => {
  test("lets a request pass that names a listed Host and no Origin", () => {
    expect(gate.refuses(["Host", "127.0.0.1:4000"])).toBeUndefined();
  });

  test("reads header names in any case", () => {
    expect(gate.refuses(["HOST", "127.0.0.1:4000", "oRiGiN", "http://127.0.0.1:4000"])).toBeUndefined();
    expect(gate.refuses(["hOST", "evil.example"])).toMatch(/Host/);
  });

  test("takes no header's value for a header's name", () => {
    expect(gate.refuses(["X", "Host", "Host", "127.0.0.1:4000"])).toBeUndefined();
    expect(gate.refuses(["X", "host", "127.0.0.1:4000", "127.0.0.1:4000"])).toMatch(/Host/);
  });

  test("refuses a request without Host, with an unknown one, and with two", () => {
    expect(gate.refuses([])).toMatch(/Host/);
    expect(gate.refuses(["Host", "evil.example:4000"])).toMatch(/Host/);
    expect(gate.refuses(["Host", "127.0.0.1:4000", "Host", "127.0.0.1:4000"])).toMatch(/Host/);
  });

  test("refuses an unknown Origin, an empty one, and two", () => {
    for (const origins of [["http://evil.example"], [""], ["http://127.0.0.1:4000", "http://127.0.0.1:4000"]]) {
      const headers = origins.flatMap((origin) => ["Origin", origin]);
      expect(gate.refuses(["Host", "127.0.0.1:4000", ...headers])).toMatch(/origin/);
    }
  });

  test("refuses an Origin that agrees with Host and is not listed: after a rebinding the two agree", () => {
    const named = new Gate({ ...lists, hosts: ["dev.example"] });
    expect(named.refuses(["Host", "dev.example", "Origin", "http://dev.example"])).toMatch(/origin/);
  });

  test("refuses the origin null even where somebody listed it", () => {
    const careless = new Gate({ ...lists, origins: ["null"] });
    expect(careless.refuses(["Host", "127.0.0.1:4000", "Origin", "null"])).toMatch(/origin/);
  });

  test("looks at Host first", () => {
    expect(gate.refuses(["Origin", "http://evil.example", "Host", "evil.example"])).toMatch(/Host/);
  });
});

describe("gate.opensWith(token)", () => {
  test("is true for the token and nothing else", () => {
    expect(gate.opensWith(lists.token)).toBe(true);
    const others = [
      "",
      lists.token.slice(0, -1),
      `${lists.token}A`,
      lists.token.toLowerCase(),
      [lists.token],
      undefined,
      null,
      0,
      true,
    ];
    for (const other of others) expect(gate.opensWith(other)).toBe(false);
  });
});
