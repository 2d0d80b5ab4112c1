import { describe, expect, test } from "vitest";
import { readWebOptions } from "../../src/web/options.ts";

describe("readWebOptions(caller, options)", () => {
  test("binds 127.0.0.1:4000 and invents a token of 256 bits unless told otherwise", () => {
    const settings = readWebOptions("serve", {});
    expect(settings).toMatchObject({ host: "127.0.0.1", port: 4000, linger: false });
    expect(Buffer.from(settings.token, "base64url")).toHaveLength(32);
    expect(readWebOptions("serve", {}).token).not.toBe(settings.token);
  });

  const wrong: readonly [string, object, RegExp][] = [
    ["a port out of range", { port: 65_536 }, /port: expected an integer from 0 to 65535, got 65536/],
    ["a port that is no number", { port: "4000" }, /got "4000"/],
    ["a name to bind", { host: "localhost" }, /host: expected an IP address/],
    ["hosts that are no array", { allowedHosts: "dev.example" }, /allowedHosts: expected an array/],
    ["a wildcard host", { allowedHosts: ["*"] }, /allowedHosts: expected hosts such as/],
    ["every address without a list of hosts", { host: "0.0.0.0" }, /allowedHosts: expected the names/],
    ["every address of IPv6 without a list of hosts", { host: "::" }, /allowedHosts: expected the names/],
    [
      "an outside address without a list of hosts",
      { host: "192.0.2.7", allowedHosts: [] },
      /192\.0\.2\.7 is no loopback address/,
    ],
    ["the origin null", { allowedOrigins: ["null"] }, /allowedOrigins: expected origins.*never null/],
    ["an origin with a path", { allowedOrigins: ["http://dev.example/"] }, /allowedOrigins/],
    ["a token of less than 128 bits", { token: "A".repeat(21) }, /token: expected 22 to 256/],
    ["a token that fits no subprotocol", { token: "A".repeat(30) + "," }, /token/],
    ["a page directory that is no path", { pageDirectory: 7 }, /pageDirectory: expected a path/],
    ["linger that is no boolean", { linger: "no" }, /linger: expected a boolean/],
  ];
  for (const [what, options, message] of wrong) {
    test(`refuses ${what}`, () => {
      let thrown: unknown;
      try {
        readWebOptions("serve", options);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: "BAD_ARGUMENT", message: expect.stringMatching(message) as unknown });
      expect(thrown).toMatchObject({ message: expect.stringMatching(/^serve: /) as unknown });
    });
  }

  test("never shows a token, not even one that is wrong", () => {
    expect(() => readWebOptions("serve", { token: "hunter2" })).toThrow(/^((?!hunter2).)*$/);
  });
});
