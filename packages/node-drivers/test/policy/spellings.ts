import { networkInterfaces } from "node:os";

/** How this machine can be written where a host is expected, one line for each way of writing. */
const loopback4 = [
  ["127.0.0.1", "127.0.0.2", "127.255.255.254", "127.99.98.97"],
  // Fewer parts than four.
  ["127.1", "127.0.1", "127.2", "127.65793", "2130706433", "2130706434"],
  // Hexadecimal and octal, mixed, padded.
  [
    "0x7f000001",
    "0x7F000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0X7f.0x0.0x0.0x1",
    "127.0x0.0.1",
    "127.0.0x1",
    "0x7f.00.0x00.01",
  ],
  ["017700000001", "0177.1", "0177.0.0.1", "0177.0.0.01", "127.0.0.01", "127.000.000.001", "00000177.0.0.1"],
  // Any address.
  ["0", "00", "0x0", "0.0", "0.0.0", "0.0.0.0", "0x0.0x0.0x0.0x0"],
] as const;

const names = [
  "localhost",
  "LOCALHOST",
  "LocalHost",
  "localhost.",
  "ｌｏｃａｌｈｏｓｔ",
  "ⓛocalhost",
  "local\u00adhost",
];

const otherScripts = [
  "１２７.0.0.1",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "１２７．１",
  "𝟙𝟚𝟟.𝟘.𝟘.𝟙",
  "0ｘ7f.1",
  "２１３０７０６４３３",
];

const loopback6 = [
  [
    "::1",
    "0::1",
    "::0:1",
    "::0001",
    "0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "0:0::0:0:1",
    "::0.0.0.1",
  ],
  ["::", "0::0", "0:0:0:0:0:0:0:0", "::0.0.0.0"],
  ["::1%lo", "::1%1", "::%lo", "::ffff:127.0.0.1%lo"],
  // Mapped.
  [
    "::ffff:127.0.0.1",
    "::FFFF:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:7f00:0001",
    "::ffff:127.9.9.9",
    "::ffff:0.0.0.0",
    "::ffff:0:0",
  ],
] as const;

/** Whoever connects to one of these needs a translator or a tunnel to get back here; there are networks that have one. */
const detours = [
  // Compatible, translated, NAT64.
  ["::127.0.0.1", "::7f00:1", "::ffff:0:127.0.0.1", "::ffff:0:7f00:1"],
  ["64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:FF9B:0::7F00:0001", "64:ff9b::", "64:ff9b::0.0.0.0"],
  ["64:ff9b:1::127.0.0.1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1:7f:0:1::", "64:ff9b:1::7f:0:100:0"],
  // 6to4, Teredo (server, client), ISATAP.
  ["2002:7f00:1::", "2002:7f00:0001::1", "2002::1"],
  ["2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001::ffff:ffff"],
  ["fe80::5efe:127.0.0.1", "fe80::200:5efe:7f00:1", "2001:db8::5efe:7f00:1", "2606:4700::0:5efe:127.0.0.1"],
] as const;

/** What is neither an address nor a name, though some program might read it as one. */
const malformedLines = [
  ["[::1]", "[127.0.0.1]", "[::ffff:127.0.0.1]", "[::1]:80", "127.0.0.1:80", "localhost:80", "::1]:80"],
  ["%31%32%37.0.0.1", "127.0.0.1%00", "127.0.0.1%lo", "%6c%6f%63%61lhost", "localhost%00.example.com"],
  [" 127.0.0.1", "127.0.0.1 ", "\t127.0.0.1", "127.0.0.1\n", "127.0.0.1\r\n", "127.0.0.1\0", "127.0.0.1\0.example.com"],
  [
    "",
    " ",
    "127.0.0.1/",
    "127.0.0.1#",
    "127.0.0.1?",
    "a@127.0.0.1",
    "http://127.0.0.1",
    "\\\\127.0.0.1",
    "127.0.0.1,localhost",
  ],
  [
    "127.0.0.1..",
    ".127.0.0.1",
    "..",
    ".",
    "127..1",
    "256.256.256.256",
    "1.2.3.4.5",
    "127.0.0.0x100",
    "4294967296",
    "\ud800",
  ],
  ["localhost..", "local host", "xn--", "a".repeat(64), `${"a.".repeat(130)}a`, "1".repeat(100_000)],
] as const;

export const malformed: readonly string[] = malformedLines.flat();

/** This machine's addresses in its networks, and two other ways to write them. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.flatMap(({ address, family, scopeid }) => {
    if (family === "IPv4") return [address, `::ffff:${address}`, `64:ff9b::${address}`];
    return [scopeid === 0 || scopeid === undefined ? address : `${address}%${scopeid}`, address.toUpperCase()];
  });
}

/** Ways to write this machine that need nothing but this machine to be understood. */
export const direct: readonly string[] = [...loopback4.flat(), ...names, ...otherScripts, ...loopback6.flat()];

/** All of them, and what only looks like them. */
export const everything: readonly string[] = [
  ...direct,
  ...loopback4.flat().map((spelling) => `${spelling}.`),
  ...detours.flat(),
  ...malformed,
];
