import { describe, expect, test } from "vitest";
import { parseZoneFile, ZoneFileError } from "../dns/zone-file.ts";
import { Zones } from "../dns/zone.ts";

const HEAD = "$ORIGIN example.org.\n$TTL 1h\n@ SOA ns1 host 1 2 3 4 5m\n@ NS ns1\n";
const read = (rest: string) => parseZoneFile(HEAD + rest, "a.zone");
/** Types, times to live and data of what stands below the head. */
const records = (rest: string) => read(rest).records.slice(2);

describe("parseZoneFile(text, file)", () => {
  test("takes names relative to $ORIGIN, @ for the origin, and white space for the owner before", () => {
    expect(records("www A 192.0.2.1\n    A 192.0.2.2\n$ORIGIN sub\n@ MX 10 mail.other.test.\n")).toEqual([
      { name: "www.example.org", type: "A", ttl: 3600, data: "192.0.2.1" },
      { name: "www.example.org", type: "A", ttl: 3600, data: "192.0.2.2" },
      { name: "sub.example.org", type: "MX", ttl: 3600, data: { preference: 10, exchange: "mail.other.test" } },
    ]);
  });

  test("takes the time to live and the class in either order, in seconds or with units", () => {
    const ttls = records("a 60 IN A 192.0.2.1\na IN 1h30m A 192.0.2.2\na in a 192.0.2.3\n").map(({ ttl }) => ttl);
    expect(ttls).toEqual([60, 5400, 3600]);
  });

  test("takes records over several lines within parentheses, comments, and CRLF", () => {
    const text = "@ IN SOA ns1.a. host.a. ( ; a comment (\r\n 7 ; serial\r\n 1h 2 3\r\n 4 )\r\n@ 5 NS ns1.a.\r\n";
    const { soa, origin } = parseZoneFile(text, "a.zone", "a");
    expect(origin).toBe("a");
    expect(soa).toEqual({
      name: "a",
      type: "SOA",
      ttl: 4,
      data: { mname: "ns1.a", rname: "host.a", serial: 7, refresh: 3600, retry: 2, expire: 3, minimum: 4 },
    });
  });

  test("takes quoted strings with spaces, semicolons, quotes and bytes as numbers", () => {
    const [record] = records('t TXT "a; \\"b\\" (c)" d\\032e "\\255"\n');
    expect(record?.data).toEqual([Buffer.from('a; "b" (c)'), Buffer.from("d e"), Buffer.from([255])]);
  });

  test("takes types that it does not know as bytes", () => {
    expect(records("x TYPE65280 \\# 4 0a00 0001\n")).toEqual([
      { name: "x.example.org", type: "UNKNOWN_65280", ttl: 3600, data: Buffer.from([10, 0, 0, 1]) },
    ]);
  });

  test("takes AAAA, SRV, PTR, CAA and HINFO", () => {
    const rest = "a AAAA 2001:db8::192.0.2.1\ns SRV 1 2 3 a\np PTR a\nc CAA 0 issue ca.test\nh HINFO vax unix\n";
    expect(records(rest).map(({ data }) => data)).toEqual([
      "2001:db8::192.0.2.1",
      { priority: 1, weight: 2, port: 3, target: "a.example.org" },
      "a.example.org",
      { flags: 0, tag: "issue", value: "ca.test" },
      { cpu: "vax", os: "unix" },
    ]);
  });

  test.each([
    ["www A 192.0.2.256\n", 5, "an IPv4 address", '"192.0.2.256"'],
    ["www AAAA 1::2::3\n", 5, "an IPv6 address", '"1::2::3"'],
    ["\n\nwww MX mail\n", 7, "a preference, 0 to 65535", '"mail"'],
    ["www MX 10\n", 5, "the name of a mail server", "the end of the record"],
    ["www A 192.0.2.1 192.0.2.2\n", 5, "the end of the record", '"192.0.2.2"'],
    ["www BOGUS x\n", 5, "a type", '"BOGUS"'],
    ["www CH A 192.0.2.1\n", 5, "the class IN", '"CH"'],
    ["$INCLUDE other\n", 5, "$ORIGIN or $TTL", "$INCLUDE"],
    ["www.other.test. A 192.0.2.1\n", 5, "a name in the zone example.org", "www.other.test"],
    ["a CNAME b\na A 192.0.2.1\n", 6, "nothing beside the CNAME record of a.example.org", "a record of type A"],
    ["a TXT (\n b\n", 5, 'a ")" for this "("', "the end of the file"],
    ["a TXT b)\n", 5, 'a "(" before', '")"'],
    ['a TXT "b\n', 5, "a '\"' at the end", "none"],
    [`a TXT ${"x".repeat(256)}\n`, 5, "a string of at most 255 bytes", "256"],
    [`${"x".repeat(64)} A 192.0.2.1\n`, 5, "labels have 1 to 63", '"xxx'],
    ["a\\.b A 192.0.2.1\n", 5, "an owner", "a\\.b"],
    ["a..b A 192.0.2.1\n", 5, "labels have 1 to 63", '"a..b"'],
    ["@ SOA a b 1 2 3 4 5\n", 5, "one SOA record", "a second one"],
  ])("says of %j the line, what it expected and what came", (rest, line, expected, came) => {
    const error = thrownBy(() => read(rest));
    expect(error).toBeInstanceOf(ZoneFileError);
    expect(error.message.startsWith(`a.zone:${line}: expected `)).toBe(true);
    expect(error.message).toContain(expected);
    expect(error.message).toContain(`came ${came}`);
  });

  test("says that a relative name needs an origin, and a zone an SOA and an NS record", () => {
    expect(thrownBy(() => parseZoneFile("www A 192.0.2.1", "a.zone")).message).toMatch(/a\.zone:1: .*ORIGIN/);
    expect(thrownBy(() => parseZoneFile("", "a.zone")).message).toBe("a.zone:1: expected an SOA record, came none");
    expect(thrownBy(() => parseZoneFile("a. SOA b. c. 1 2 3 4 5", "a.zone")).message).toMatch(/NS record of a/);
    expect(thrownBy(() => parseZoneFile("a. A 192.0.2.1", "a.zone")).message).toMatch(/1: expected a time to live/);
  });
});

describe("Zones.answer(question)", () => {
  const zones = new Zones([
    read(
      "ns1 A 192.0.2.53\nwww CNAME web\nout CNAME www.other.test.\nweb A 192.0.2.1\n*.wild A 192.0.2.9\n" +
        "*.wild MX 10 web\nbelow.real.wild A 192.0.2.8\na.b.ent A 192.0.2.10\nsub NS ns.sub\nns.sub A 192.0.2.54\n" +
        "l1 CNAME l2\nl2 CNAME l1\nto-sub CNAME x.sub\n",
    ),
  ]);
  const answer = (name: string, type = "A") => zones.answer({ name, type });
  const data = (name: string, type = "A") => answer(name, type).answers.map((record) => record.data);
  const soa = [{ type: "SOA", ttl: 300 }];

  test("follows CNAME records within the zone, and ends a chain that leaves it or comes back", () => {
    expect(data("www.example.org")).toEqual(["web.example.org", "192.0.2.1"]);
    expect(data("www.example.org", "CNAME")).toEqual(["web.example.org"]);
    expect(data("out.example.org")).toEqual(["www.other.test"]);
    expect(data("l1.example.org")).toEqual(["l2.example.org", "l1.example.org"]);
  });

  test("gives the SOA where there is no name, or none of that type", () => {
    expect(answer("no.example.org")).toMatchObject({ rcode: "NXDOMAIN", isAuthoritative: true, authorities: soa });
    expect(answer("web.example.org", "MX")).toMatchObject({ rcode: "NOERROR", answers: [], authorities: soa });
    // It exists, because a name below it does.
    expect(answer("b.ent.example.org")).toMatchObject({ rcode: "NOERROR", answers: [], authorities: soa });
  });

  test("answers from a wildcard for names that do not exist, under the name that was asked for", () => {
    expect(answer("a.b.wild.example.org").answers).toMatchObject([{ name: "a.b.wild.example.org", data: "192.0.2.9" }]);
    expect(answer("x.wild.example.org", "TXT")).toMatchObject({ rcode: "NOERROR", answers: [], authorities: soa });
    // The nearest name that exists has no wildcard below it.
    expect(answer("x.real.wild.example.org").rcode).toBe("NXDOMAIN");
    expect(answer("real.wild.example.org")).toMatchObject({ rcode: "NOERROR", answers: [] });
  });

  test("delegates what is below a cut, with the addresses of the servers, and not as an authority", () => {
    for (const name of ["sub.example.org", "x.y.sub.example.org", "ns.sub.example.org"]) {
      expect(answer(name)).toMatchObject({
        rcode: "NOERROR",
        isAuthoritative: false,
        answers: [],
        authorities: [{ name: "sub.example.org", type: "NS", data: "ns.sub.example.org" }],
        additionals: [{ name: "ns.sub.example.org", data: "192.0.2.54" }],
      });
    }
    expect(answer("to-sub.example.org")).toMatchObject({ answers: [{ type: "CNAME" }], authorities: [{ type: "NS" }] });
  });

  test("refuses what is in none of its zones", () => {
    expect(answer("www.other.test").rcode).toBe("REFUSED");
    expect(answer("org").rcode).toBe("REFUSED");
    expect(answer("example.org", "AXFR").rcode).toBe("REFUSED");
  });

  test("adds the addresses of the hosts that an answer leads to", () => {
    expect(answer("example.org", "NS").additionals).toMatchObject([{ name: "ns1.example.org", data: "192.0.2.53" }]);
    expect(answer("x.wild.example.org", "MX").additionals).toMatchObject([{ data: "192.0.2.1" }]);
  });
});

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
