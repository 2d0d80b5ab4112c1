import { afterEach, expect, test, vi } from "vitest";
import { networkPolicy } from "../../src/policy/network-policy.ts";
import type { PolicyRule } from "../../src/policy/rules.ts";
import { Outsider } from "../udp/people.ts";
import { connectTo, sendTo } from "./attempts.ts";
import { Canary } from "./canary.ts";
import { FickleNameServer } from "./name-server.ts";

afterEach(() => void vi.restoreAllMocks());

const good = "127.0.0.2";
const evil = "127.0.0.1";

/** A server that may be reached and a canary, on one port of two addresses. */
async function twoServers(): Promise<readonly [allowed: Canary, canary: Canary]> {
  const allowed = await Canary.open(good);
  return [allowed, await Canary.open(evil, allowed.port)];
}

test("a name server changes its answer between check and use: the connected address is the checked one, and the name is asked for once", async () => {
  const [allowed, canary] = await twoServers();
  const names = await FickleNameServer.open([good], [evil]);
  const policy = networkPolicy([{ op: "connect", host: good, ports: allowed.port }], { lookup: names.lookup });
  const [outcome] = await connectTo(["changing.example"], allowed.port, policy.session());
  expect(outcome?.code).toBe("connected");
  expect(names.asked).toEqual(["changing.example"]);
  expect(await allowed.visitors()).toHaveLength(1);
  expect(await canary.visitors()).toEqual([]);
});

test("each socket asks anew and is checked anew: the second one is refused when the answer has changed, the third is not", async () => {
  const [allowed, canary] = await twoServers();
  const names = await FickleNameServer.open([good], [evil], [good]);
  const admit = networkPolicy([{ op: "connect", host: good, ports: allowed.port }], { lookup: names.lookup }).session();
  const codes: (string | undefined)[] = [];
  for (let socket = 0; socket < 3; socket++) {
    const [outcome] = await connectTo(["changing.example"], allowed.port, admit);
    codes.push(outcome?.code);
  }
  expect(codes).toEqual(["connected", "POLICY_DENIED", "connected"]);
  expect(names.asked).toHaveLength(3);
  expect(await allowed.visitors()).toHaveLength(2);
  expect(await canary.visitors()).toEqual([]);
});

test("of several addresses of one name only those are tried that the rules allow, even where nobody listens there", async () => {
  const [allowed, canary] = await twoServers();
  const names = await FickleNameServer.open([evil, good, "169.254.169.254", "127.0.0.3"]);
  const policy = networkPolicy([{ op: "connect", host: good, ports: allowed.port }], { lookup: names.lookup });
  const [first] = await connectTo(["several.example"], allowed.port, policy.session());
  expect(first?.code).toBe("connected");
  const elsewhere = networkPolicy([{ op: "connect", host: "127.0.0.3", ports: allowed.port }], {
    lookup: names.lookup,
  });
  const [second] = await connectTo(["several.example"], allowed.port, elsewhere.session());
  expect(second?.code).toBe("ECONNREFUSED");
  expect(await allowed.visitors()).toHaveLength(1);
  expect(await canary.visitors()).toEqual([]);
});

test.each<[string, readonly PolicyRule[]]>([
  ["a rule for the name", [{ op: "connect", host: "rebound.example", ports: [[1, 65_535]] }]],
  ["a rule for all public addresses", [{ op: "connect", host: "1.0.0.0/8", ports: [[1, 65_535]] }]],
])(
  "%s does not let a name through that was pointed at this machine, and the message names the address",
  async (_what, rules) => {
    const canary = await Canary.open(evil);
    const names = await FickleNameServer.open([evil]);
    const [outcome] = await connectTo(
      ["rebound.example"],
      canary.port,
      networkPolicy(rules, { lookup: names.lookup }).session(),
    );
    expect(outcome).toMatchObject({
      code: "POLICY_DENIED",
      message: `to connect to rebound.example, which leads to ${evil}, port ${canary.port} needs a rule { op: "connect", host: "${evil}", ports: ${canary.port} }`,
    });
    expect(await canary.visitors()).toEqual([]);
  },
);

test("a name that no rule can allow is not looked up: a question to a name server tells something, too", async () => {
  const names = await FickleNameServer.open([good]);
  const policy = networkPolicy(
    [
      { op: "connect", host: good, ports: 80 },
      { op: "connect", host: "example.com", ports: 443 },
    ],
    { lookup: names.lookup },
  );
  const [outcome] = await connectTo(["secret.evil.example"], 443, policy.session());
  expect(outcome?.message).toBe(
    'to connect to secret.evil.example port 443 needs a rule { op: "connect", host: "secret.evil.example", ports: 443 }',
  );
  const [cloud] = await connectTo(["Metadata.Google.Internal."], 80, policy.session());
  expect(cloud?.message).toContain("whatever the rules say");
  expect(names.asked).toEqual([]);
});

test("each datagram is sent to an address that was checked for it, however the name server's answer changes", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const allowed = await Outsider.open(good);
  const canary = await Outsider.open(evil, allowed.port);
  const names = await FickleNameServer.open([good], [evil]);
  const admit = networkPolicy([{ op: "udp", host: good, ports: allowed.port }], { lookup: names.lookup }).session();
  // The first name gets the good answer, and all others the evil one.
  const outcomes = await sendTo(["one.example", "two.example", "three.example"], allowed.port, admit, 2);
  expect(outcomes.map(({ code }) => code)).toEqual(["POLICY_DENIED", "POLICY_DENIED"]);
  expect((await allowed.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["to one.example"]);
  await canary.send("the end", canary.port);
  expect((await canary.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
  expect(names.asked).toHaveLength(3);
  expect(warn).toHaveBeenCalledTimes(2);
});
