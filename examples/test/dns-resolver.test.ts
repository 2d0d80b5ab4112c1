import { describe, expect, test } from "vitest";
import { encodeAnswer, type Query } from "../dns/message.ts";
import { parseZoneFile } from "../dns/zone-file.ts";
import { Zones } from "../dns/zone.ts";
import { DnsWorld, type Datagram } from "./dns-world.ts";

const ROOT = `
. 3600 SOA a.root. x. 1 2 3 4 60
. 3600 NS a.root.
a.root. 3600 A 10.0.0.1
test. 3600 NS ns.test.
ns.test. 3600 A 10.0.0.2
`;
const TLD = `
$ORIGIN test.
$TTL 3600
@ SOA ns x 1 2 3 4 60
@ NS ns
ns A 10.0.0.2
shop NS ns1.shop
     NS ns2.shop
ns1.shop A 10.0.0.3
ns2.shop A 10.0.0.4
other NS ns2.shop
ring-a NS ns.ring-b
ring-b NS ns.ring-a
`;
const SHOP = `
$ORIGIN shop.test.
$TTL 100
@ SOA ns1 x 1 2 3 4 60
@ NS ns1
@ NS ns2
ns1 A 10.0.0.3
ns2 A 10.0.0.4
www A 192.0.2.1
here CNAME www
there CNAME www.other.test.
into-loop CNAME loop
loop CNAME back.other.test.
text TXT ${Array.from({ length: 12 }, (_, i) => `"${String(i).repeat(120)}"`).join(" ")}
`;
const OTHER = `
$ORIGIN other.test.
$TTL 100
@ SOA ns x 1 2 3 4 60
@ NS ns2.shop.test.
www A 192.0.2.2
back CNAME loop.shop.test.
`;

/** A world in which all is well: root, a top-level domain, and two servers of two zones. */
function world({ primary = true } = {}): DnsWorld {
  const dns = new DnsWorld(["10.0.0.1"]);
  dns.serve("10.0.0.1", ROOT);
  dns.serve("10.0.0.2", TLD);
  if (primary) dns.serve("10.0.0.3", SHOP);
  dns.serve("10.0.0.4", SHOP, OTHER);
  return dns;
}

const asked = (dns: DnsWorld) => dns.seen.map(({ server, name, type }) => `${server} ${name} ${type}`);

test("the resolver asks from the root down, and then only the servers that it has got to know", () => {
  const dns = world();
  const first = dns.ask("www.shop.test", "A");
  expect(first.reply).toMatchObject({
    rcode: "NOERROR",
    answers: [{ name: "www.shop.test", data: "192.0.2.1", ttl: 100 }],
  });
  expect(asked(dns)).toEqual(["10.0.0.1 www.shop.test A", "10.0.0.2 www.shop.test A", "10.0.0.3 www.shop.test A"]);
  dns.ask("ns2.shop.test", "A");
  expect(asked(dns).slice(3)).toEqual(["10.0.0.3 ns2.shop.test A"]);
  expect(dns.simulation.warnings).toEqual([]);
});

test("each query of the resolver has an id and a socket of its own, and says by EDNS what it takes", () => {
  const dns = world();
  dns.ask("www.shop.test", "A");
  expect(new Set(dns.seen.map(({ id }) => id)).size).toBe(3);
  expect(new Set(dns.seen.map(({ handle }) => handle)).size).toBe(3);
  expect(dns.seen.every(({ hasEdns }) => hasEdns)).toBe(true);
});

test("the resolver answers from its cache, counts the time to live down, and asks anew when that is over", () => {
  const dns = world();
  dns.ask("www.shop.test", "A");
  dns.advance(40_000);
  expect(dns.ask("WWW.shop.TEST", "A").reply?.answers).toMatchObject([{ ttl: 60 }]);
  expect(dns.seen).toHaveLength(3);
  dns.advance(60_000);
  expect(dns.ask("www.shop.test", "A").reply?.answers).toMatchObject([{ ttl: 100 }]);
  expect(dns.seen).toHaveLength(4);
});

test("the resolver remembers for the time that the SOA says that a name, or a type of it, does not exist", () => {
  const dns = world();
  const soa = { type: "SOA", name: "shop.test" };
  expect(dns.ask("no.shop.test", "A").reply).toMatchObject({ rcode: "NXDOMAIN", authorities: [{ ...soa, ttl: 60 }] });
  expect(dns.ask("www.shop.test", "MX").reply).toMatchObject({ rcode: "NOERROR", answers: [], authorities: [soa] });
  const before = dns.seen.length;
  dns.advance(20_000);
  // Where there is no name, there is no type of it either.
  expect(dns.ask("no.shop.test", "TXT").reply).toMatchObject({ rcode: "NXDOMAIN", authorities: [{ ...soa, ttl: 40 }] });
  expect(dns.ask("www.shop.test", "MX").reply).toMatchObject({ rcode: "NOERROR", authorities: [{ ...soa, ttl: 40 }] });
  expect(dns.seen).toHaveLength(before);
  expect(dns.ask("www.shop.test", "A").reply?.rcode).toBe("NOERROR");
  dns.advance(41_000);
  dns.ask("no.shop.test", "A");
  expect(dns.seen.length).toBe(before + 2);
});

test("the resolver follows CNAME records within a zone and into another one whose servers' addresses it has to find", () => {
  const dns = world();
  expect(dns.ask("here.shop.test", "A").reply?.answers).toMatchObject([{ type: "CNAME" }, { data: "192.0.2.1" }]);
  const { reply } = dns.ask("there.shop.test", "A");
  expect(reply?.answers).toMatchObject([{ type: "CNAME", data: "www.other.test" }, { data: "192.0.2.2" }]);
  expect(asked(dns)).toContain("10.0.0.4 www.other.test A");
});

test("a loop of CNAME records is SERVFAIL, and ends", () => {
  const dns = world();
  expect(dns.ask("into-loop.shop.test", "A").reply).toMatchObject({ rcode: "SERVFAIL", answers: [] });
  expect(dns.ask("back.other.test", "A").reply).toMatchObject({ rcode: "SERVFAIL", answers: [] });
  expect(dns.seen.length).toBeLessThan(20);
});

test("zones whose servers are each in the other are SERVFAIL, and end", () => {
  const dns = world();
  const asking = dns.ask("www.ring-a.test", "A");
  dns.advance(5_000);
  expect(asking.reply?.rcode).toBe("SERVFAIL");
  expect(dns.seen.length).toBeLessThan(60);
});

test("a dead primary costs at most 1.5 s, and the next question nothing", () => {
  const dns = world({ primary: false });
  const first = dns.ask("www.shop.test", "A");
  expect(first.reply).toBeUndefined();
  dns.advance(1_500);
  expect(first.reply?.answers).toMatchObject([{ data: "192.0.2.1" }]);
  expect(dns.ask("here.shop.test", "A").reply?.answers).toHaveLength(2);
});

test("when all servers are silent the client hears SERVFAIL before it would ask again", () => {
  const dns = new DnsWorld(["10.0.0.1", "10.0.0.5"]);
  const asking = dns.ask("www.shop.test", "A");
  dns.advance(4_999);
  expect(asking.reply?.rcode).toBe("SERVFAIL");
  expect(new Set(dns.seen.map(({ server }) => server))).toEqual(new Set(["10.0.0.1", "10.0.0.5"]));
  // The second time without EDNS, which may have been the reason.
  expect(dns.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, true, false, false]);
});

test("100 clients who ask the same at the same time cause 1 query upstream, and get a reply each", () => {
  const dns = world();
  dns.ask("ns1.shop.test", "A");
  const before = dns.seen.length;
  const all = dns.askAll(Array.from({ length: 100 }, () => ["www.shop.test", "A"] as const));
  expect(all.map(({ reply }) => reply?.answers[0]?.data)).toEqual(Array.from({ length: 100 }, () => "192.0.2.1"));
  expect(asked(dns).slice(before)).toEqual(["10.0.0.3 www.shop.test A"]);
});

test("100 different questions at the same time cause 100 queries", () => {
  const dns = world();
  dns.ask("ns1.shop.test", "A");
  const before = dns.seen.length;
  const all = dns.askAll(Array.from({ length: 100 }, (_, i) => [`no${i}.shop.test`, "A"] as const));
  expect(all.every(({ reply }) => reply?.rcode === "NXDOMAIN")).toBe(true);
  expect(new Set(asked(dns).slice(before)).size).toBe(100);
});

test("2,000 clients may wait; more hear SERVFAIL at once, and new ones wait again when those have gone", () => {
  const dns = new DnsWorld(["10.0.0.1"]);
  const all = dns.askAll(Array.from({ length: 2_000 }, () => ["www.shop.test", "A"] as const));
  expect(all.every(({ reply }) => reply === undefined)).toBe(true);
  expect(dns.ask("ns1.shop.test", "A").reply?.rcode).toBe("SERVFAIL");
  dns.advance(5_000);
  expect(all.every(({ reply }) => reply?.rcode === "SERVFAIL")).toBe(true);
  expect(dns.ask("ns1.shop.test", "A").reply).toBeUndefined();
});

describe("a forged reply", () => {
  /** What an attacker sends, each wrong in one thing. */
  const forgeries: Readonly<Record<string, (query: Query) => Datagram>> = {
    "from another address": (query) => ({ bytes: lie(query), host: "10.6.6.6" }),
    "from another port": (query) => ({ bytes: lie(query), port: 5353 }),
    "with another id": (query) => ({ bytes: lie({ ...query, id: (query.id + 1) % 65_536 }) }),
    "to another name": (query) => ({ bytes: lie({ ...query, spelt: "xww.shop.test" }) }),
    "to another type": (query) => ({ bytes: lie({ ...query, type: "TXT" }) }),
    "about a name that was not asked for": (query) => ({
      bytes: encodeAnswer(query, { ...POISON, answers: [{ ...A, name: "www.bank.test" }] }),
    }),
    "that delegates a zone which is not the server's": (query) => ({
      bytes: encodeAnswer(query, {
        ...POISON,
        authorities: [{ name: "other", type: "NS", ttl: 99, data: "ns.evil.other" }],
        additionals: [{ ...A, name: "ns.evil.other" }],
      }),
    }),
    "that is cut off in the middle": (query) => ({ bytes: lie(query).subarray(0, -3) }),
  };
  const A = { name: "", type: "A", ttl: 9999, data: "6.6.6.6" };
  const POISON = { rcode: "NOERROR", isAuthoritative: true, answers: [], authorities: [], additionals: [] } as const;
  const lie = (query: Query) => encodeAnswer(query, { ...POISON, answers: [{ ...A, name: query.spelt }] });
  const shop = new Zones([parseZoneFile(SHOP, "shop")]);
  const truth = (query: Query) => ({ bytes: encodeAnswer(query, shop.answer(query)) });

  /** A world in which `count` forged replies come before the real one. */
  const attacked = (forgery: (query: Query) => Datagram, count: number): DnsWorld => {
    const dns = world();
    dns.behave(
      "10.0.0.3",
      (query) => [...Array.from({ length: count }, () => forgery(query)), truth(query)],
      (query) => [truth(query)],
    );
    return dns;
  };

  test("is believed where it is forged in nothing: the attack of these tests is a real one", () => {
    const dns = attacked((query) => ({ bytes: lie(query) }), 1);
    expect(dns.ask("www.shop.test", "A").reply?.answers[0]?.data).toBe("6.6.6.6");
  });

  describe.each(Object.entries(forgeries))("%s", (_what, forgery) => {
    test("is not believed, and does not keep the real one from being heard", () => {
      const dns = attacked(forgery, 99);
      expect(dns.ask("www.shop.test", "A").reply?.answers).toMatchObject([{ data: "192.0.2.1" }]);
      expect(dns.seen.map(({ protocol }) => protocol)).toEqual(["udp", "udp", "udp"]);
      expect(dns.ask("www.bank.test", "A").reply?.answers).toEqual([]);
      expect(dns.ask("ns.evil.other", "A").reply?.answers).toEqual([]);
    });

    test("a hundred times over leads to a question by TCP", () => {
      const dns = attacked(forgery, 100);
      expect(dns.ask("www.shop.test", "A").reply?.answers).toMatchObject([{ data: "192.0.2.1" }]);
      expect(dns.seen.map(({ protocol }) => protocol)).toEqual(["udp", "udp", "udp", "tcp"]);
    });
  });
});

test("what a server says beside the answer about names that are not its own is forgotten", () => {
  const dns = world();
  const shop = new Zones([parseZoneFile(SHOP, "shop")]);
  dns.behave("10.0.0.3", (query) => {
    const answer = shop.answer(query);
    const bank = { name: "www.other.test", type: "A", ttl: 9999, data: "6.6.6.6" };
    return [{ bytes: encodeAnswer(query, { ...answer, answers: [...answer.answers, bank], additionals: [bank] }) }];
  });
  expect(dns.ask("www.shop.test", "A").reply?.answers).toMatchObject([{ name: "www.shop.test", data: "192.0.2.1" }]);
  expect(dns.ask("there.shop.test", "A").reply?.answers).toMatchObject([{ type: "CNAME" }, { data: "192.0.2.2" }]);
});

test("a question that is not one about a record is NOTIMP, and asked of nobody", () => {
  const dns = world();
  for (const type of ["ANY", "AXFR"]) expect(dns.ask("shop.test", type).reply?.rcode).toBe("NOTIMP");
  expect(dns.seen).toEqual([]);
});

test("what is no query does not harm the resolver", () => {
  const dns = world();
  for (let length = 0; length < 40; length++) dns.send(new Uint8Array(length).fill(length * 37));
  expect(dns.ask("www.shop.test", "A").reply?.rcode).toBe("NOERROR");
  expect(dns.simulation.warnings).toEqual([]);
});

test("an answer that is cut comes by TCP", () => {
  const dns = world();
  const { reply, length } = dns.ask("text.shop.test", "TXT");
  // For the client it is too long as well.
  expect(reply).toMatchObject({ rcode: "NOERROR", isTruncated: true, answers: [] });
  expect(length).toBeLessThan(1232);
  expect(dns.seen.map(({ protocol }) => protocol)).toEqual(["udp", "udp", "udp", "tcp"]);
});

test("a server that does not take EDNS is asked without", () => {
  const dns = new DnsWorld(["10.0.0.1"]);
  const files = new Zones([parseZoneFile(ROOT, "root")]);
  dns.behave("10.0.0.1", (query) => [
    {
      bytes: encodeAnswer(
        query,
        query.size === undefined ? files.answer(query) : { ...files.answer(query), rcode: "FORMERR" },
      ),
    },
  ]);
  expect(dns.ask("a.root", "A").reply?.answers).toMatchObject([{ data: "10.0.0.1" }]);
  expect(dns.seen.map(({ hasEdns }) => hasEdns)).toEqual([true, false]);
});
