import { lookup } from "node:dns/promises";
import { isIP, SocketAddress } from "node:net";
import { networkInterfaces } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAddress } from "../../src/policy/address.ts";
import { endsOf } from "../../src/policy/embedded.ts";
import { readHost } from "../../src/policy/host.ts";
import { networkPolicy } from "../../src/policy/network-policy.ts";
import { malformed } from "./spellings.ts";

const port = 4000;

/** Allows all there is but for one port of this machine. */
const policy = networkPolicy(
  ["0.0.0.0/0", "::/0", "224.0.0.0/4"].map((host) => ({ op: "connect", host, ports: port })),
);

function verdict(host: string): string {
  try {
    const addresses = policy.session({ forbidden: [{ host: "127.0.0.1", port }] }).addresses("connect", host, port);
    return addresses instanceof Promise ? "looked up" : addresses.join();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const own = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));

function isHere(address: string): boolean {
  return own.has(address) || /^(?:127|0)\./.test(address) || ["::1", "::"].includes(address);
}

const byte = fc.integer({ min: 0, max: 255 });

/** Mostly this machine. */
const four = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant(127), byte, byte, byte) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      [0, 0, 0, 0],
      [127, 0, 0, 1],
      ...[...own].filter((each) => isIP(each) === 4).map((each) => each.split(".").map(Number)),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(byte, byte, byte, byte) },
);

/** One number in any notation. */
function written(value: number): fc.Arbitrary<string> {
  const zeros = fc.integer({ min: 0, max: 6 }).map((count) => "0".repeat(count));
  return fc.oneof(
    fc.constant(String(value)),
    fc.tuple(fc.constantFrom("0x", "0X"), zeros).map(([prefix, more]) => `${prefix}${more}${value.toString(16)}`),
    zeros.map((more) => `0${more}${value.toString(8)}`),
    fc.constant(`0x${value.toString(16).toUpperCase()}`),
  );
}

/** The same number in characters that mean the same. */
function inOtherScript(text: string): fc.Arbitrary<string> {
  const wide = text.replaceAll(/./g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0));
  return fc.constantFrom(text, text, text, wide.replaceAll("．", "."), wide.replaceAll("．", "。"));
}

/** A spelling of these four bytes as one to four numbers. */
const spelling4 = four.chain((bytes) =>
  fc.integer({ min: 1, max: 4 }).chain((parts) => {
    const head = bytes.slice(0, parts - 1);
    const tail = bytes.slice(parts - 1).reduce((sum, each) => sum * 256 + each, 0);
    return fc.tuple(...[...head, tail].map(written)).chain((all) => inOtherScript(all.join(".")));
  }),
);

test("whatever spelling of an IPv4 address the system takes for this machine is refused, and every other is read as the system reads it", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(spelling4, async (spelling) => {
      const [answer] = await lookup(spelling, { all: true });
      const expected = answer?.address ?? "";
      if (isHere(expected)) refused++;
      const wanted =
        isHere(expected) || expected === "255.255.255.255" || expected.startsWith("169.254.")
          ? "POLICY_DENIED"
          : expected;
      expect(verdict(spelling)).toBe(wanted);
    }),
    { numRuns: 1000, examples: [["127.1"], ["0"], ["0x7f000001"], ["１２７。１"]] },
  );
  expect(refused).toBeGreaterThan(500);
});

/** Sixteen bytes, and whether a packet to them may end at this machine. */
const six = four.chain((bytes) => {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const turned = bytes.map((each) => each ^ 0xff);
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
  return fc.tuple(fc.array(byte, { minLength: 16, maxLength: 16 }), fc.boolean()).chain(([noise, isQuiet]) => {
    const rest = isQuiet ? zeros(16) : noise;
    const forms: Record<string, number[]> = {
      mapped: [...zeros(10), 0xff, 0xff, ...bytes],
      compatible: [...zeros(12), ...bytes],
      translated: [...zeros(8), 0xff, 0xff, 0, 0, ...bytes],
      nat64: [0, 0x64, 0xff, 0x9b, ...zeros(8), ...bytes],
      "nat64 of one's own, 96": [0, 0x64, 0xff, 0x9b, 0, 1, ...rest.slice(0, 6), ...bytes],
      "nat64 of one's own, 64": [0, 0x64, 0xff, 0x9b, 0, 1, ...rest.slice(0, 2), 0, ...bytes, ...rest.slice(0, 3)],
      "nat64 of one's own, 56": [0, 0x64, 0xff, 0x9b, 0, 1, rest[0] ?? 0, a, 0, b, c, d, ...rest.slice(0, 4)],
      "nat64 of one's own, 48": [0, 0x64, 0xff, 0x9b, 0, 1, a, b, 0, c, d, ...rest.slice(0, 5)],
      "6to4": [0x20, 0x02, ...bytes, ...rest.slice(0, 10)],
      "teredo server": [0x20, 0x01, 0, 0, ...bytes, ...rest.slice(0, 8)],
      "teredo client": [0x20, 0x01, 0, 0, ...rest.slice(0, 8), ...turned],
      isatap: [...rest.slice(0, 8), 0, 0, 0x5e, 0xfe, ...bytes],
      "isatap, universal": [0x20, ...rest.slice(0, 7), 2, 0, 0x5e, 0xfe, ...bytes],
    };
    return fc
      .constantFrom(...Object.entries(forms))
      .map(([form, all]) => ({ form, inner: bytes.join("."), bytes: all }));
  });
});

/** A spelling of sixteen bytes: with or without zeros, a gap, dots, capitals. */
function written6(bytes: readonly number[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([padded, hasGap, hasDots, isCapital]) => {
      const groups = padded.map((isPadded, index) => {
        const text = ((bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)).toString(16);
        return isPadded ? text.padStart(4, "0") : text;
      });
      const tail = hasDots ? [bytes.slice(12).join(".")] : groups.slice(6);
      const all = [...groups.slice(0, 6), ...tail];
      const isZero = (group: string | undefined): boolean => group !== undefined && /^0+$/.test(group);
      const from = all.findIndex(isZero);
      let to = from;
      while (isZero(all[to])) to++;
      const text =
        hasGap && from !== -1 ? `${all.slice(0, from).join(":")}::${all.slice(to).join(":")}` : all.join(":");
      return isCapital ? text.toUpperCase() : text;
    });
}

test("whatever form of IPv6 has an IPv4 address of this machine in it is refused, in every spelling", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      six.chain((each) => written6(each.bytes).map((spelling) => ({ ...each, spelling }))),
      ({ form, inner, bytes, spelling }) => {
        // It is an address, and this is which one.
        const system = new SocketAddress({ address: spelling, family: "ipv6" }).address;
        expect(readAddress(system)).toEqual(readAddress(spelling));
        if (form !== "mapped") expect(readAddress(spelling)?.ip.toByteArray()).toEqual(bytes);
        if (!isHere(inner)) return;
        seen.add(form);
        expect(verdict(spelling)).toBe("POLICY_DENIED");
      },
    ),
    { numRuns: 1000 },
  );
  expect(seen.size).toBe(13);
});

test.each<[string, readonly string[]]>([
  ["192.0.2.1", ["192.0.2.1"]],
  ["2606:4700::1111", ["2606:4700::1111"]],
  ["::1", ["::1"]],
  ["::ffff:192.0.2.1", ["192.0.2.1"]],
  ["::192.0.2.1", ["192.0.2.1"]],
  ["::ffff:0:192.0.2.1", ["192.0.2.1"]],
  ["64:ff9b::192.0.2.1", ["192.0.2.1"]],
  ["2002:c000:201::1", ["2002:c000:201::1", "192.0.2.1"]],
  ["2001:0:c000:201::3fff:fdfe", ["2001:0:c000:201::3fff:fdfe", "192.0.2.1", "192.0.2.1"]],
  ["2001:db8::200:5efe:c000:201", ["2001:db8::200:5efe:c000:201", "192.0.2.1"]],
  [
    "64:ff9b:1::c000:201",
    ["64:ff9b:1::c000:201", "0.0.0.0", "0.0.0.0", "0.0.0.192", "192.0.2.1"].map((each) =>
      each === "0.0.0.0" ? "127.0.0.1" : each,
    ),
  ],
])("a packet to %s may end at %j, and all of them are checked", (text, ends) => {
  const address = readAddress(text);
  expect(address === undefined ? [] : endsOf(address).map(String)).toEqual(ends);
});

test("readHost of any text at all is an address as the system writes it, a name of letters, digits, hyphens and dots, or ERR_INVALID_ARG_VALUE", () => {
  const pieces = fc.constantFrom(
    "127",
    "0",
    "1",
    ".",
    ":",
    "::",
    "%",
    "%31",
    "[",
    "]",
    "0x",
    "localhost",
    "xn--",
    "。",
    "１",
    " ",
    "\0",
    "\u00ad",
    "-",
    "_",
    "ß",
    "é",
    "/",
    "@",
    "\ud800",
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join("")),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  fc.assert(
    fc.property(text, (host) => {
      let form;
      try {
        form = readHost(host);
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
        return;
      }
      if (form.type === "address") expect(isIP(form.address.text)).not.toBe(0);
      else expect(form.name).toMatch(/^[a-z0-9._-]{1,253}$/);
      // Reading what was read changes nothing.
      expect(readHost(form.type === "address" ? form.address.text : form.name)).toEqual(form);
    }),
    { numRuns: 1500 },
  );
});

test.each<[string]>([...malformed.map((host): [string] => [host]), [`${"\u00ad".repeat(2000)}example.com`]])(
  "readHost(%j) throws ERR_INVALID_ARG_VALUE, also where some reader would find an address or a name in it",
  (host) => {
    expect(() => readHost(host)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }));
  },
);

test.each([
  ["Example.COM.", { type: "name", name: "example.com" }],
  ["bücher.example", { type: "name", name: "xn--bcher-kva.example" }],
  ["_dns.resolver_1.arpa", { type: "name", name: "_dns.resolver_1.arpa" }],
])("readHost(%j) is %j", (host, form) => {
  expect(readHost(host)).toEqual(form);
});

test.each([
  // A link-local address needs its zone; elsewhere it means nothing.
  ["fe80::1%lo", "fe80::1%lo"],
  ["2001:DB8:0::1%lo", "2001:db8::1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["192.000.002.001", "192.0.2.1"],
])("the system is told of %s as %s", (host, told) => {
  expect(verdict(host)).toBe(told);
});
