import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { networkPolicy } from "../../src/policy/network-policy.ts";
import type { PolicyRule } from "../../src/policy/rules.ts";
import { connectTo, sendTo, type Outcome } from "./attempts.ts";
import { Canary, udpCanary } from "./canary.ts";
import { direct, everything, ownAddresses } from "./spellings.ts";

// Datagrams that are refused are warned of, and here there are many.
beforeEach(() => void vi.spyOn(process, "emitWarning").mockReturnValue(undefined));
afterEach(() => void vi.restoreAllMocks());

const all = [...new Set([...everything, ...ownAddresses()])];
const plenty = { sockets: 1000, opens: 1000 };

/** What does not become a connection does not for one of these reasons. */
const refusals = ["POLICY_DENIED", "ERR_INVALID_ARG_VALUE"];

function others(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ code }) => !refusals.includes(code));
}

/** Everything there is, by addresses and by the one name that is ours. */
function everywhere(op: PolicyRule["op"]): PolicyRule[] {
  const ports = [[0, 65_535]] as const;
  return ["0.0.0.0/0", "::/0", "localhost", "ff00::/8"].map((host) => ({ op, host, ports }));
}

test(`forbidden: a bridge's own port cannot be connected to in any of ${all.length} spellings, though the rules allow all`, async () => {
  const canary = await Canary.open();
  const forbidden = [{ host: "127.0.0.1", port: canary.port }];
  const admit = networkPolicy(everywhere("connect")).session({ ...plenty, forbidden });
  const outcomes = await connectTo(all, canary.port, admit);
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(others(outcomes)).toEqual([]);
  expect(await canary.visitors()).toEqual([]);
  expect(admit.sockets).toBe(0);
});

test.each<[string, readonly PolicyRule[]]>([
  ["without rules", []],
  [
    "whose rules allow another port",
    [
      { op: "connect", host: "127.0.0.0/8", ports: 1 },
      { op: "connect", host: "::1", ports: 1 },
    ],
  ],
  [
    "whose rules allow other networks",
    ["1.0.0.0/8", "2000::/3", "fc00::/7"].map((host) => ({ op: "connect", host, ports: [[0, 65_535]] })),
  ],
  ["whose rules allow other things", [...everywhere("listen"), ...everywhere("udp")]],
])("a policy %s lets no spelling of this machine through", async (_name, rules) => {
  const canary = await Canary.open();
  const outcomes = await connectTo(
    all.filter((host) => !ownAddresses().includes(host)),
    canary.port,
    networkPolicy(rules).session(plenty),
  );
  expect(others(outcomes)).toEqual([]);
  expect(await canary.visitors()).toEqual([]);
});

test("without a policy nearly all spellings that need no translator do reach the canary: the others are no test of the policy", async () => {
  const canary = await Canary.open();
  const outcomes = await connectTo(direct, canary.port);
  const connected = outcomes.filter(({ code }) => code === "connected");
  expect(connected.length).toBeGreaterThanOrEqual(50);
  expect(await canary.visitors()).toHaveLength(connected.length);
});

test("forbidden: no datagram gets to a forbidden port in any spelling, though the rules allow all", async () => {
  const [four, six] = await udpCanary();
  const forbidden = [{ host: "::", port: four.port }];
  const outcomes = await sendTo(all, four.port, networkPolicy(everywhere("udp")).session({ ...plenty, forbidden }));
  expect(others(outcomes)).toEqual([]);
  // What was sent before this would have been here before.
  await four.send("the end", four.port);
  await six.send("the end", four.port, "::1");
  expect((await four.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
  expect((await six.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
});

test("a policy without rules for udp lets no datagram through in any spelling", async () => {
  const [four, six] = await udpCanary();
  const outcomes = await sendTo(
    all,
    four.port,
    networkPolicy([...everywhere("connect"), ...everywhere("listen")]).session(plenty),
  );
  expect(others(outcomes)).toEqual([]);
  await four.send("the end", four.port);
  await six.send("the end", four.port, "::1");
  expect((await four.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
  expect((await six.hears(1)).map(({ bytes }) => bytes.toString())).toEqual(["the end"]);
});
