import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dig, freePort, hasDig, hasNsd, listeningForUdp, nsd, ours, type NameServer } from "./dns-tools.ts";
import { startExample, type Program } from "./program.ts";

const ROOT = `
$TTL 3600
. SOA a.root. x. 1 2 3 4 60
. NS a.root.
a.root. A 127.0.1.1
test. NS ns.test.
ns.test. A 127.0.1.2
`;
const TLD = `
$ORIGIN test.
$TTL 3600
@ SOA ns x 1 2 3 4 60
@ NS ns
ns A 127.0.1.2
shop NS ns.shop
ns.shop A 127.0.1.3
; Nobody is at 127.0.1.9.
slow NS ns1.slow
slow NS ns2.slow
ns1.slow A 127.0.1.9
ns2.slow A 127.0.1.3
far NS ns.shop
dead NS ns.dead
ns.dead A 127.0.1.9
`;
const SHOP = `
$ORIGIN shop.test.
$TTL 100
@ SOA ns x 1 2 3 4 60
@ NS ns
ns A 127.0.1.3
www A 192.0.2.1
www AAAA 2001:db8::1
one CNAME two
two CNAME three.far.test.
loop CNAME pool.far.test.
long TXT ${Array.from({ length: 10 }, (_, i) => `"${String(i).repeat(200)}"`).join(" ")}
`;
const SLOW =
  "$ORIGIN slow.test.\n$TTL 100\n@ SOA ns2 x 1 2 3 4 60\n@ NS ns1\n@ NS ns2\nns1 A 127.0.1.9\nns2 A 127.0.1.3\nwww A 192.0.2.2\n";
const FAR =
  "$ORIGIN far.test.\n$TTL 100\n@ SOA ns.shop.test. x 1 2 3 4 60\n@ NS ns.shop.test.\nthree A 192.0.2.3\npool CNAME loop.shop.test.\n";

const servers: readonly (readonly [string, NameServer, boolean, string])[] = [
  ["NSD", nsd, hasNsd, "Debian's nsd and bind9-dnsutils are not installed here"],
  ["dns-authority", ours, hasDig, "Debian's bind9-dnsutils is not installed here"],
];

describe.each(servers)("dig and dns-resolver, before a hierarchy of %s", (_name, start, isHere, why) => {
  const running: AsyncDisposable[] = [];
  let program: Program;
  let port: number;
  const ask = (...question: readonly string[]) => dig("127.0.0.1", port, ...question);

  beforeAll(async () => {
    if (!isHere) return;
    const upstream = await freePort(["127.0.1.1", "127.0.1.2", "127.0.1.3"]);
    const zones = { "shop.test": SHOP, "slow.test": SLOW, "far.test": FAR };
    running.push(
      ...(await Promise.all([
        start("127.0.1.1", upstream, { ".": ROOT }),
        start("127.0.1.2", upstream, { test: TLD }),
        start("127.0.1.3", upstream, zones),
      ])),
    );
    program = startExample("dns-resolver", "--port", "0", "--root", `127.0.1.1:${upstream}`);
    running.push(program);
    port = await listeningForUdp(program, "dns-resolver");
  });

  afterAll(async () => {
    for (const each of running.toReversed()) await each[Symbol.asyncDispose]();
  });

  const because = isHere ? "" : ` (skipped: ${why})`;

  test.skipIf(!isHere)(`A and AAAA, recursively${because}`, async () => {
    expect(await ask("www.shop.test", "A")).toMatchObject({
      status: "NOERROR",
      flags: "qr rd ra",
      answers: ["www.shop.test. 100 IN A 192.0.2.1"],
    });
    expect((await ask("www.shop.test", "AAAA")).answers[0]).toMatch(/ IN AAAA 2001:db8::1$/);
  });

  test.skipIf(!isHere)(`a chain of CNAME records through two zones${because}`, async () => {
    const { answers } = await ask("one.shop.test", "A");
    expect(answers.map((line) => line.split(" ").slice(3).join(" "))).toEqual([
      "CNAME two.shop.test.",
      "CNAME three.far.test.",
      "A 192.0.2.3",
    ]);
  });

  test.skipIf(!isHere)(`a loop of CNAME records is SERVFAIL${because}`, async () => {
    expect((await ask("loop.shop.test", "A")).status).toBe("SERVFAIL");
  });

  test.skipIf(!isHere)(`NXDOMAIN and NODATA with the SOA of the zone, also from the cache${because}`, async () => {
    for (let i = 0; i < 2; i++) {
      const missing = await ask("no.shop.test", "A");
      expect(missing.status).toBe("NXDOMAIN");
      expect(missing.authorities[0]).toMatch(/^shop\.test\. \d+ IN SOA /);
    }
    expect(await ask("www.shop.test", "MX")).toMatchObject({ status: "NOERROR", answers: [] });
    expect((await ask("no-such-domain", "A")).status).toBe("NXDOMAIN");
  });

  test.skipIf(!isHere)(`a TXT record that fits into no datagram, by TCP on both sides${because}`, async () => {
    const long = await ask("long.shop.test", "TXT");
    expect(long).toMatchObject({ status: "NOERROR", isByTcp: true });
    expect(long.answers[0]).toContain(`"${"9".repeat(200)}"`);
  });

  test.skipIf(!isHere)(`REFUSED for what is not in the cache, if no recursion is asked for${because}`, async () => {
    await ask("www.shop.test", "A");
    expect((await ask("+norecurse", "www.shop.test", "A")).status).toBe("NOERROR");
    expect((await ask("+norecurse", "www2.shop.test", "A")).status).toBe("REFUSED");
  });

  test.skipIf(!isHere)(`a zone whose first server is dead${because}`, async () => {
    expect((await ask("www.slow.test", "A")).answers[0]).toMatch(/ IN A 192\.0\.2\.2$/);
  });

  test.skipIf(!isHere)(`SERVFAIL for a zone whose only server is dead, before dig gives up${because}`, async () => {
    expect((await ask("www.dead.test", "A")).status).toBe("SERVFAIL");
  });

  test.skipIf(!isHere)(
    `ends on SIGTERM with exit code 0, and has said nothing on standard error${because}`,
    async () => {
      program.signal("SIGTERM");
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(program.stderr).toBe("");
    },
  );
});
