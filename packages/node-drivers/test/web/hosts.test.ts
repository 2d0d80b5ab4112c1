import { describe, expect, test } from "vitest";
import { isLoopback, isOrigin, namesOf, parseHostEntry } from "../../src/web/hosts.ts";

test("isLoopback(address) is true for 127.0.0.0/8 and ::1, however they are written", () => {
  for (const address of ["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"]) {
    expect(isLoopback(address), address).toBe(true);
  }
});

test("isLoopback(address) is false for other addresses, and for names that only look like one", () => {
  for (const address of [
    "0.0.0.0",
    "::",
    "128.0.0.1",
    "126.255.255.255",
    "127.evil.example",
    "127.0.0.1.evil.example",
    "localhost",
    "127.1",
    "",
  ]) {
    expect(isLoopback(address), address).toBe(false);
  }
});

describe("parseHostEntry(text)", () => {
  test("takes a name or an address, with or without a port", () => {
    expect(parseHostEntry("dev.example")).toEqual({ name: "dev.example", port: undefined });
    expect(parseHostEntry("dev.example:443")).toEqual({ name: "dev.example", port: 443 });
    expect(parseHostEntry("192.168.1.5:65535")).toEqual({ name: "192.168.1.5", port: 65_535 });
    expect(parseHostEntry("[fd00::1]:8080")).toEqual({ name: "[fd00::1]", port: 8080 });
  });

  test("takes nothing that a browser would write in another way, and no pattern", () => {
    const wrong = [
      "", "*", "*.example", ".", "Dev.example", "dev.example:", "dev.example:0", "dev.example:65536", "dev.example:4000x", "dev_example",
      "http://dev.example", "dev.example/", "dev.example?x", "user@dev.example", "dev.example dev", "fd00::1", "[fd00:0::1]", "[::1", "[]",
      "127.1", "0x7f.0.0.1", "2130706433", "010.0.0.1", "256.0.0.1", "[::ffff:127.0.0.1]",
    ]; // prettier-ignore
    for (const text of wrong) expect(parseHostEntry(text), text).toBeUndefined();
  });
});

test("isOrigin(text) takes scheme, host and port as browsers write them, and never null", () => {
  for (const text of ["http://dev.example", "https://dev.example:8443", "http://[::1]:4000"])
    expect(isOrigin(text), text).toBe(true);
  const wrong = [
    "null",
    "",
    "dev.example",
    "http://dev.example/",
    "http://dev.example:80",
    "HTTP://dev.example",
    "file:///x",
    "ws://dev.example",
    "*",
  ];
  for (const text of wrong) expect(isOrigin(text), text).toBe(false);
});

describe("namesOf(address, port, allowed)", () => {
  test("names a loopback address itself, and localhost where that means the same address", () => {
    expect(namesOf("127.0.0.1", 4000, [])).toEqual([
      { host: "127.0.0.1:4000", origin: "http://127.0.0.1:4000" },
      { host: "localhost:4000", origin: "http://localhost:4000" },
    ]);
    expect(namesOf("127.0.0.2", 4000, []).map((name) => name.host)).toEqual(["127.0.0.2:4000"]);
    expect(namesOf("0:0::1", 4000, []).map((name) => name.host)).toEqual(["[::1]:4000", "localhost:4000"]);
  });

  test("names nothing but what it was told where the address is no loopback address", () => {
    const allowed = [
      { name: "dev.example", port: undefined },
      { name: "dev.example", port: 443 },
    ];
    expect(namesOf("0.0.0.0", 4000, allowed)).toEqual([
      { host: "dev.example:4000", origin: "http://dev.example:4000" },
      { host: "dev.example", origin: "https://dev.example" },
    ]);
  });

  test("leaves out a scheme's own port, as browsers do", () => {
    expect(namesOf("127.0.0.1", 80, [])[0]).toEqual({ host: "127.0.0.1", origin: "http://127.0.0.1" });
  });
});
