import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { networkPolicy, type PolicyRule } from "@marketplace/node-drivers";

// Datagrams that are refused are warned of, and here there are many.
beforeEach(() => void vi.spyOn(process, "emitWarning").mockReturnValue(undefined));
afterEach(() => void vi.restoreAllMocks());

const noLookup = { lookup: () => Promise.reject(new Error("nothing is to be looked up")) };

/** What is said of one address and port: "yes", or the error's message. */
function said(rules: readonly PolicyRule[], op: PolicyRule["op"], host: string, port: number): string {
  try {
    void networkPolicy(rules, noLookup).session().addresses(op, host, port);
    return "yes";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[PolicyRule, PolicyRule["op"], string, number, boolean]>([
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "192.0.2.1", 80, true],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "::ffff:192.0.2.1", 80, true],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "64:ff9b::192.0.2.1", 80, true],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "2002:c000:201::", 80, false],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "192.0.2.1", 81, false],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "connect", "192.0.2.2", 80, false],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "udp", "192.0.2.1", 80, false],
  [{ op: "connect", host: "192.0.2.1", ports: 80 }, "listen", "192.0.2.1", 80, false],
  [{ op: "udp", host: "10.0.0.0/8", ports: [53, [5000, 5010]] }, "udp", "10.255.0.1", 53, true],
  [{ op: "udp", host: "10.0.0.0/8", ports: [53, [5000, 5010]] }, "udp", "10.255.0.1", 5010, true],
  [{ op: "udp", host: "10.0.0.0/8", ports: [53, [5000, 5010]] }, "udp", "10.255.0.1", 5011, false],
  [{ op: "udp", host: "10.0.0.0/8", ports: [53, [5000, 5010]] }, "udp", "11.0.0.1", 53, false],
  [{ op: "connect", host: "10.0.0.1", ports: [80, 443] }, "connect", "10.0.0.1", 100, false],
  [{ op: "connect", host: "2000::/3", ports: [[0, 65535]] }, "connect", "2606:4700::1111", 443, true],
  [{ op: "connect", host: "2000::/3", ports: [[0, 65535]] }, "connect", "2002:7f00:1::", 443, false],
  [{ op: "connect", host: "::/0", ports: [[0, 65535]] }, "connect", "::ffff:127.0.0.1", 443, false],
  [{ op: "connect", host: "::/0", ports: [[0, 65535]] }, "connect", "64:ff9b::8.8.8.8", 443, false],
  [{ op: "connect", host: "0.0.0.0/0", ports: [[0, 65535]] }, "connect", "::1", 443, false],
  [{ op: "connect", host: "0.0.0.0/0", ports: [[0, 65535]] }, "connect", "127.0.0.1", 443, true],
  [{ op: "connect", host: "127.0.0.1", ports: 80 }, "connect", "0.0.0.0", 80, true],
  [{ op: "connect", host: "::1", ports: 80 }, "connect", "::", 80, true],
  [{ op: "connect", host: "::1", ports: 80 }, "connect", "0.0.0.0", 80, false],
  [{ op: "connect", host: "fe80::/10", ports: 80 }, "connect", "fe80::1%lo", 80, true],
  // Port 0, any that is free, has to be named.
  [{ op: "listen", host: "127.0.0.1", ports: 0 }, "listen", "127.0.0.1", 0, true],
  [{ op: "listen", host: "127.0.0.1", ports: [[0, 65535]] }, "listen", "127.0.0.1", 0, true],
  [{ op: "listen", host: "127.0.0.1", ports: [[1, 65535]] }, "listen", "127.0.0.1", 0, false],
  // To listen everywhere is more than to listen on an address.
  [{ op: "listen", host: "127.0.0.1", ports: 80 }, "listen", "0.0.0.0", 80, false],
  [{ op: "listen", host: "0.0.0.0", ports: 80 }, "listen", "0.0.0.0", 80, true],
  [{ op: "listen", host: "::", ports: 80 }, "listen", "::", 80, true],
  [{ op: "listen", host: "0.0.0.0", ports: 80 }, "listen", "::", 80, false],
  // Broadcasts and groups have to be named.
  [{ op: "udp", host: "0.0.0.0/0", ports: 80 }, "udp", "224.0.0.251", 80, false],
  [{ op: "udp", host: "0.0.0.0/0", ports: 80 }, "udp", "255.255.255.255", 80, false],
  [{ op: "udp", host: "::/0", ports: 80 }, "udp", "ff02::fb", 80, false],
  [{ op: "udp", host: "224.0.0.0/24", ports: 80 }, "udp", "224.0.0.251", 80, true],
  [{ op: "udp", host: "255.255.255.255", ports: 80 }, "udp", "255.255.255.255", 80, true],
  [{ op: "udp", host: "ff02::/16", ports: 80 }, "udp", "ff02::fb", 80, true],
])("the rule %j lets %s %s port %i through: %j", (rule, op, host, port, isAllowed) => {
  const answer = said([rule], op, host, port);
  if (isAllowed) expect(answer).toBe("yes");
  else expect(answer).toMatch(/needs a rule \{ op: "[a-z]+", host: "[^"]+", ports: \d+ \}$/);
});

test.each<[PolicyRule["op"], string, number]>([
  ["connect", "127.0.0.1", 5999],
  ["connect", "0.0.0.0", 5999],
  ["connect", "127.1", 5999],
  ["connect", "64:ff9b::10.0.0.1", 5999],
  ["udp", "192.0.2.7", 53],
  ["udp", "ff02::fb", 5353],
  ["listen", "127.0.0.1", 0],
  ["listen", "::", 80],
])("POLICY_DENIED for %s %s port %i names a rule which, once it is pasted, allows just that", (op, host, port) => {
  const message = said([], op, host, port);
  const [, pasted = ""] = /needs a rule (\{.*\})$/.exec(message) ?? [];
  const rule = JSON.parse(pasted.replace(/(\w+):(?= )/g, '"$1":')) as PolicyRule;
  expect(said([rule], op, host, port)).toBe("yes");
  expect(said([rule], op, host, port + 1)).toContain("needs a rule");
});

test.each<[string]>([
  ["169.254.169.254"],
  ["169.254.170.2"],
  ["169.254.170.23"],
  ["169.254.42.42"],
  ["169.254.0.23"],
  ["100.100.100.200"],
  ["168.63.129.16"],
  ["192.0.0.192"],
  ["fd00:ec2::254"],
  ["fd00:ec2::23"],
  ["fd20:ce::254"],
  ["fd00:42::42"],
  ["fe80::a9fe:a9fe"],
  ["fe80::a9fe:a9fe%lo"],
  ["::ffff:169.254.169.254"],
  ["::ffff:a9fe:a9fe"],
  ["::169.254.169.254"],
  ["64:ff9b::169.254.169.254"],
  ["64:ff9b:1::a9fe:a9fe"],
  ["2002:a9fe:a9fe::1"],
  ["2001:0:1:2:3:4:5601:5601"],
  ["fd00::5efe:169.254.169.254"],
  ["2852039166"],
  ["0xa9fea9fe"],
  ["0xa9.254.0251.254"],
  ["169.254.43518"],
  ["0251.0376.0251.0376"],
  ["１６９.254.169.254"],
  ["169.254.169.254."],
  ["metadata.google.internal"],
  ["METADATA.google.internal."],
  ["metadata"],
  ["instance-data"],
])("a cloud's metadata at %s are refused whatever the rules say", (host) => {
  for (const op of ["connect", "udp"] as const) {
    const rules = ["0.0.0.0/0", "::/0", "169.254.0.0/16", "metadata", "metadata.google.internal", "instance-data"].map(
      (each) => ({ op, host: each, ports: [[0, 65_535]] as const }),
    );
    expect(said(rules, op, host, 80)).toMatch(/is refused whatever the rules say: a cloud may tell its secrets there$/);
  }
});

const port = "a port from 0 to 65535, or a list of ports and [from, to], such as [80, [8000, 8099]]";
const range = "a CIDR range such as 10.0.0.0/8 or fd00::/8, all bits behind the prefix 0";
const name = "a name such as example.com, an IP address in its usual form, or a CIDR range";
const inner = "the IPv4 address or range itself: that is what is checked";

test.each<[unknown, string]>([
  ["everything", 'networkPolicy: rules: expected a list of rules, got "everything"'],
  [[{ op: "tcp", host: "::1", ports: 1 }], 'networkPolicy: rules[0].op: expected connect, listen or udp, got "tcp"'],
  [[{ op: "udp", host: "::1", port: 1 }], 'networkPolicy: rules[0]: expected only op, host, ports, got "port"'],
  [[{ op: "udp", host: "::1" }], `networkPolicy: rules[0].ports: expected ${port}, got undefined`],
  [[{ op: "udp", host: "::1", ports: [] }], `networkPolicy: rules[0].ports: expected ${port}, got []`],
  [[{ op: "udp", host: "::1", ports: "80" }], `networkPolicy: rules[0].ports: expected ${port}, got "80"`],
  [[{ op: "udp", host: "::1", ports: [[9, 8]] }], `networkPolicy: rules[0].ports: expected ${port}, got [[9, 8]]`],
  [[{ op: "udp", host: "::1", ports: 65_536 }], `networkPolicy: rules[0].ports: expected ${port}, got 65536`],
  [[{ op: "udp", host: "10.0.0.1/8", ports: 1 }], `networkPolicy: rules[0].host: expected ${range}, got "10.0.0.1/8"`],
  [
    [{ op: "udp", host: "10.0.0.0/33", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${range}, got "10.0.0.0/33"`,
  ],
  [[{ op: "udp", host: "10/8", ports: 1 }], `networkPolicy: rules[0].host: expected ${range}, got "10/8"`],
  [[{ op: "udp", host: "::/0/1", ports: 1 }], `networkPolicy: rules[0].host: expected ${range}, got "::/0/1"`],
  [[{ op: "udp", host: "fe80::1%lo", ports: 1 }], `networkPolicy: rules[0].host: expected ${range}, got "fe80::1%lo"`],
  [
    [{ op: "udp", host: "::ffff:10.0.0.1", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${inner}, got "::ffff:10.0.0.1"`,
  ],
  [
    [{ op: "udp", host: "::ffff:10.0.0.0/104", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${inner}, got "::ffff:10.0.0.0/104"`,
  ],
  [
    [{ op: "udp", host: "64:ff9b::/96", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${inner}, got "64:ff9b::/96"`,
  ],
  [
    [{ op: "udp", host: "127.1", ports: 1 }],
    'networkPolicy: rules[0].host: expected 127.0.0.1, which is what this says, got "127.1"',
  ],
  [
    [{ op: "udp", host: "*.example.com", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${name}, got "*.example.com"`,
  ],
  [
    [{ op: "udp", host: "example.com:80", ports: 1 }],
    `networkPolicy: rules[0].host: expected ${name}, got "example.com:80"`,
  ],
  [[{ op: "udp", host: "", ports: 1 }], `networkPolicy: rules[0].host: expected ${name}, got ""`],
  [
    [{ op: "connect", host: "0.0.0.0", ports: 1 }],
    'networkPolicy: rules[0].host: expected 127.0.0.1 or ::1, which is where who connects to this address comes, got "0.0.0.0"',
  ],
])("networkPolicy(%j) throws BAD_ARGUMENT: %s", (rules, message) => {
  const call = (): unknown => networkPolicy(rules as PolicyRule[]);
  expect(call).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});

test.each<[unknown, string]>([
  [{ forbidden: 4000 }, "networkPolicy: session: forbidden: expected a list of { host, port }, got 4000"],
  [
    { forbidden: [{ host: "localhost", port: 1 }] },
    'networkPolicy: session: forbidden[0].host: expected an IP address, got "localhost"',
  ],
  [
    { forbidden: [{ host: "::1", port: "1" }] },
    'networkPolicy: session: forbidden[0].port: expected a port from 0 to 65535, got "1"',
  ],
  [{ sockets: 0 }, "networkPolicy: session: sockets: expected an integer from 1 up, got 0"],
  [{ opens: Infinity }, "networkPolicy: session: opens: expected an integer from 1 up, got Infinity"],
  [{ limit: 5 }, 'networkPolicy: session: expected only forbidden, onListening, sockets, opens, now, got "limit"'],
])("networkPolicy(rules).session(%j) throws BAD_ARGUMENT: %s", (options, message) => {
  const call = (): unknown => networkPolicy([]).session(options as object);
  expect(call).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});

test.each([
  ["1.1.1.1", true],
  ["2606:4700::1111", true],
  ["64:ff9b::1.1.1.1", true],
  ["10.0.0.5", false],
  ["172.16.0.5", false],
  ["192.168.0.5", false],
  ["100.64.0.5", false],
  ["127.0.0.1", false],
  ["0.0.0.0", false],
  ["192.0.2.1", false],
  ["224.0.0.251", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["fd00::5", false],
  ["fec0::5", false],
  ["fe80::5", false],
  ["4000::5", false],
  ["2001:db8::5", false],
  ["2002:0101:0101::1", false],
  ["::ffff:10.0.0.5", false],
  ["64:ff9b::10.0.0.5", false],
])("a rule for a name lets it have the address %s: %j", async (address, isAllowed) => {
  const lookup = (): Promise<string[]> => Promise.resolve([address]);
  const policy = networkPolicy([{ op: "connect", host: "example.com", ports: 443 }], { lookup });
  const answer = policy.session().addresses("connect", "EXAMPLE.com.", 443);
  if (isAllowed) expect(await answer).toHaveLength(1);
  else await expect(answer).rejects.toMatchObject({ code: "POLICY_DENIED" });
});

test.each([
  ["localhost", "127.0.0.1", true],
  ["app.localhost", "::1", true],
  ["localhost", "10.0.0.5", false],
  ["localhost", "1.1.1.1", false],
  ["notlocalhost", "127.0.0.1", false],
])("a rule for the name %s lets it have the address %s: %j", async (host, address, isAllowed) => {
  const lookup = (): Promise<string[]> => Promise.resolve([address]);
  const answer = networkPolicy([{ op: "connect", host, ports: 443 }], { lookup })
    .session()
    .addresses("connect", host, 443);
  if (isAllowed) expect(await answer).toEqual([address]);
  else await expect(answer).rejects.toMatchObject({ code: "POLICY_DENIED" });
});

test("forbidden: [{ host, port }] leaves other ports of this machine, and that port of other machines, to the rules", () => {
  const rules: PolicyRule[] = [{ op: "connect", host: "0.0.0.0/0", ports: [[1, 65_535]] }];
  const admit = networkPolicy(rules).session({
    forbidden: [
      { host: "0.0.0.0", port: 4000 },
      { host: "192.0.2.77", port: 5000 },
    ],
  });
  expect(admit.addresses("connect", "127.0.0.1", 4001)).toEqual(["127.0.0.1"]);
  expect(admit.addresses("connect", "192.0.2.77", 4000)).toEqual(["192.0.2.77"]);
  for (const [host, number] of [
    ["127.0.0.1", 4000],
    ["192.0.2.77", 5000],
    ["127.0.0.1", 5000],
  ] as const) {
    expect(() => admit.addresses("connect", host, number)).toThrow(
      "whatever the rules say: it is a port of the server",
    );
  }
});

test("a name that leads to any address is taken to lead to this machine, but for a listener, which would be open to all networks", async () => {
  const lookup = (): Promise<string[]> => Promise.resolve(["0.0.0.0", "::"]);
  const admitting = (op: PolicyRule["op"], host: string): unknown =>
    networkPolicy([{ op, host, ports: 80 }], { lookup })
      .session()
      .addresses(op, "any.example", 80);
  expect(await admitting("connect", "127.0.0.1")).toEqual(["127.0.0.1"]);
  expect(await admitting("udp", "::1")).toEqual(["::1"]);
  expect(await admitting("listen", "0.0.0.0")).toEqual(["0.0.0.0"]);
  await expect(admitting("listen", "127.0.0.1")).rejects.toMatchObject({ code: "POLICY_DENIED" });
});
