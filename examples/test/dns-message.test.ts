import packet from "dns-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frame, takeFrames } from "../dns/frames.ts";
import { encodeAnswer, encodeQuery, readQuery, readReply, type Query } from "../dns/message.ts";
import { bare, type ResourceRecord } from "../dns/records.ts";
import { MalformedPacket } from "../dns/scan.ts";

const query = (name = "www.test", type = "A") => encodeQuery(77, { name, type }, false);
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
/** A query for the name that these bytes are. */
const asking = (name: string) => hex(`004d 0000 0001 0000 0000 0000 ${name} 0001 0001`);
const rcodeOf = (reply: Query | Uint8Array | null) => (reply instanceof Uint8Array ? (reply[3] as number) & 15 : reply);

describe("readQuery(bytes)", () => {
  test("reads a question as it was spelt, and as names are compared", () => {
    expect(readQuery(query("WWW.Test", "AAAA"))).toEqual({
      id: 77,
      name: "www.test",
      spelt: "WWW.Test",
      type: "AAAA",
      recursionDesired: false,
      size: undefined,
    });
    expect(readQuery(encodeQuery(1, { name: ".", type: "NS" }, true))).toMatchObject({ name: ".", size: 1232 });
  });

  test("drops what may be an answer, or is too short to have an id", () => {
    const response = query();
    response[2] = 0x80;
    for (const bytes of [response, query().subarray(0, 11), new Uint8Array()]) expect(readQuery(bytes)).toBe(null);
  });

  test.each([
    ["a label with a dot in it", asking("03 612e62 00")],
    ["a label that is no ASCII", asking("02 c3bc 00")],
    ["a label with a line end in it", asking("03 610a62 00")],
    ["a pointer to itself", asking("c00c")],
    ["a pointer forwards", asking("c0ff")],
    ["a pointer into the header", asking("c000")],
    ["a label of an unknown kind", asking("41 00")],
    ["a name longer than 255 bytes", asking(`${`3f${"61".repeat(63)}`.repeat(4)}00`)],
    ["a name that does not end", hex("004d 0000 0001 0000 0000 0000 03 6161")],
    ["no question", hex("004d 0000 0000 0000 0000 0000")],
    ["more questions than there are", hex("004d 0000 ffff 0000 0000 0000")],
    ["an answer in a query", hex("004d 0000 0001 0001 0000 0000 00 0001 0001 00 0001 0001 00000001 0004 01020304")],
    ["bytes behind the last record", hex("004d 0000 0001 0000 0000 0000 00 0001 0001 00")],
    [
      "options whose length is wrong",
      hex("004d 0000 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00000000 0004 00030009"),
    ],
  ])("answers FORMERR to %s", (_what, bytes) => {
    const reply = readQuery(bytes);
    expect(rcodeOf(reply)).toBe(1);
    expect((reply as Uint8Array).subarray(0, 2)).toEqual(hex("004d"));
    expect(((reply as Uint8Array)[2] as number) & 0x80).toBe(0x80);
  });

  test("answers NOTIMP to what is no query, REFUSED to another class, BADVERS to a later EDNS", () => {
    const status = query();
    status[2] = 0x10;
    expect(rcodeOf(readQuery(status))).toBe(4);
    const chaos = query();
    chaos[chaos.length - 1] = 3;
    expect(rcodeOf(readQuery(chaos))).toBe(5);
    const later = hex("004d 0000 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00010000 0000");
    const badvers = packet.decode(Buffer.from(readQuery(later) as Uint8Array));
    expect(badvers.additionals).toMatchObject([{ type: "OPT", extendedRcode: 1 }]);
  });

  test("returns, whatever comes", () => {
    const valid = [...encodeQuery(1, { name: "www.example.org", type: "TXT" }, true)];
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length)).map(([at, byte, length]) => {
        return Uint8Array.from(valid.with(at, byte).slice(0, length));
      }),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const read = readQuery(bytes);
        if (read !== null && !(read instanceof Uint8Array)) encodeAnswer(read, bare("NOERROR"));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("readReply(bytes)", () => {
  const asked = readQuery(query()) as Query;
  const record = (type: string, data: unknown): ResourceRecord => ({ name: "www.test", type, ttl: 5, data });
  const replying = (...answers: readonly ResourceRecord[]) => encodeAnswer(asked, { ...bare("NOERROR"), answers });

  test("gives back what encodeAnswer was given", () => {
    const answers = [
      record("A", "192.0.2.1"),
      record("MX", { preference: 5, exchange: "mail.test" }),
      record("TXT", [Buffer.from("a b")]),
      record("SRV", { priority: 1, weight: 2, port: 3, target: "a.test" }),
      record("UNKNOWN_65280", Buffer.from([1, 2])),
    ];
    expect(readReply(replying(...answers))).toMatchObject({ id: 77, rcode: "NOERROR", answers });
  });

  test.each([
    ["an address that is too short", [record("UNKNOWN_1", Buffer.from([1, 2, 3]))]],
    ["a name that ends before its record", [record("UNKNOWN_2", Buffer.from([0, 0]))]],
    ["a name that ends behind its record", [record("UNKNOWN_2", Buffer.from([1])), record("A", "192.0.2.1")]],
    ["a string that ends behind its record", [record("UNKNOWN_16", Buffer.from([9, 65]))]],
    ["a TXT record with no string", [record("UNKNOWN_16", Buffer.from([]))]],
    ["an SOA record with too few numbers", [record("UNKNOWN_6", Buffer.from([0, 0, 1, 2, 3]))]],
    ["a name server with a dot in a label", [record("UNKNOWN_2", Buffer.from([3, 97, 46, 98, 0]))]],
  ])("throws MalformedPacket for %s", (_what, answers) => {
    expect(() => readReply(replying(...answers))).toThrow(MalformedPacket);
  });

  test("throws MalformedPacket, and nothing else, whatever comes", () => {
    const valid = [...replying(record("A", "192.0.2.1"), record("SOA", { mname: "a", rname: "b", serial: 1 }))];
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, length) => {
        try {
          readReply(Uint8Array.from(valid.with(at, byte).slice(0, length)));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPacket);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("encodeAnswer(query, answer)", () => {
  const long = (count: number) =>
    Array.from({ length: count }, (): ResourceRecord => ({
      name: "www.test",
      type: "TXT",
      ttl: 5,
      data: [Buffer.alloc(100)],
    }));
  const plain = readQuery(query()) as Query;

  test("cuts at 512 bytes, at what EDNS says but 1232, or where it is told", () => {
    const isCut = (asked: Query, count: number, most?: number) =>
      readReply(encodeAnswer(asked, { ...bare("NOERROR"), answers: long(count) }, { most })).isTruncated;
    expect([isCut(plain, 3), isCut(plain, 5)]).toEqual([false, true]);
    const edns = { ...plain, size: 800 };
    expect([isCut(edns, 6), isCut(edns, 7)]).toEqual([false, true]);
    expect([isCut({ ...plain, size: 4096 }, 9), isCut({ ...plain, size: 4096 }, 12)]).toEqual([false, true]);
    expect(isCut(plain, 400, 65_535)).toBe(false);
  });

  test("leaves out what is only added before it cuts the answer, but never the addresses of a referral", () => {
    const [first] = long(1);
    const additionals = long(4);
    const added = readReply(
      encodeAnswer(plain, { ...bare("NOERROR"), answers: [first as ResourceRecord], additionals }),
    );
    expect(added).toMatchObject({ isTruncated: false, additionals: [] });
    expect(added.answers).toHaveLength(1);
    const authorities = [{ name: "test", type: "NS", ttl: 5, data: "ns.test" }];
    expect(readReply(encodeAnswer(plain, { ...bare("NOERROR"), authorities, additionals })).isTruncated).toBe(true);
  });
});

describe("takeFrames(before, bytes)", () => {
  test("gives whole messages however the stream is cut", () => {
    const messages = [query(), hex("00"), hex(""), query("a.b.test")];
    const stream = Buffer.concat(messages.map(frame));
    for (let size = 1; size <= stream.length; size++) {
      const found: Uint8Array[] = [];
      let rest: Uint8Array = new Uint8Array();
      for (let at = 0; at < stream.length; at += size) {
        const taken = takeFrames(rest, stream.subarray(at, at + size));
        found.push(...taken.messages);
        rest = taken.rest;
      }
      expect(found.map((each) => [...each])).toEqual(messages.map((each) => [...each]));
      expect(rest).toHaveLength(0);
    }
  });
});
