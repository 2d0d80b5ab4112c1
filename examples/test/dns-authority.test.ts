import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frame, takeFrames } from "../dns/frames.ts";
import { encodeQuery, readReply } from "../dns/message.ts";
import { dig, hasDig, listeningForUdp } from "./dns-tools.ts";
import { listening, startExample, type Program } from "./program.ts";

const ZONE = `
$ORIGIN example.org.
$TTL 1h
@ IN SOA ns1 host\\.master ( 7 1h 15m 1w 5m ) ; a mail address with a dot
  IN NS ns1
ns1 A 127.0.0.1
www CNAME web
web A 192.0.2.1
    AAAA 2001:db8::1
*.wild A 192.0.2.9
sub NS ns.sub
ns.sub A 192.0.2.53
long TXT ${Array.from({ length: 10 }, (_, i) => `"${String(i).repeat(200)}"`).join(" ")}
`;

const folder = mkdtempSync(join(tmpdir(), "authority-"));
const file = join(folder, "example.org.zone");
writeFileSync(file, ZONE);
let program: Program;
let port: number;

beforeAll(async () => {
  program = startExample("dns-authority", "--port", "0", "--zone", file);
  port = await listeningForUdp(program, "dns-authority");
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const needsDig = hasDig ? "" : " (skipped: Debian's bind9-dnsutils is not installed here)";

describe.skipIf(!hasDig)(`dig and dns-authority${needsDig}`, () => {
  const ask = (...question: readonly string[]) => dig("127.0.0.1", port, ...question);

  test("A, AAAA and a chain of CNAME records, with authority", async () => {
    expect(await ask("web.example.org", "A")).toMatchObject({
      status: "NOERROR",
      flags: "qr aa rd",
      answers: ["web.example.org. 3600 IN A 192.0.2.1"],
    });
    expect((await ask("web.example.org", "AAAA")).answers).toEqual(["web.example.org. 3600 IN AAAA 2001:db8::1"]);
    expect((await ask("WWW.example.ORG", "A")).answers.map((line) => line.split(" ").slice(3))).toEqual([
      ["CNAME", "web.example.org."],
      ["A", "192.0.2.1"],
    ]);
  });

  test("NXDOMAIN with the SOA, for as long as that says", async () => {
    const soa = "example.org. 300 IN SOA ns1.example.org. host\\.master.example.org. 7 3600 900 604800 300";
    expect(await ask("no.example.org", "A")).toMatchObject({ status: "NXDOMAIN", answers: [], authorities: [soa] });
    expect(await ask("web.example.org", "MX")).toMatchObject({ status: "NOERROR", answers: [], authorities: [soa] });
  });

  test("a long TXT record by TCP, after a datagram that was cut", async () => {
    const long = await ask("long.example.org", "TXT", "+noedns");
    expect(long).toMatchObject({ status: "NOERROR", isByTcp: true });
    expect(long.text).toContain("Truncated, retrying in TCP mode");
    expect(long.answers[0]).toContain(`"${"9".repeat(200)}"`);
    expect((await ask("long.example.org", "TXT", "+ignore")).flags).toContain("tc");
  });

  test("a wildcard, a delegation with glue, and REFUSED outside of the zone", async () => {
    expect((await ask("a.b.wild.example.org", "A")).answers).toEqual(["a.b.wild.example.org. 3600 IN A 192.0.2.9"]);
    const referral = await ask("www.sub.example.org", "A");
    expect(referral).toMatchObject({
      flags: "qr rd",
      authorities: ["sub.example.org. 3600 IN NS ns.sub.example.org."],
    });
    expect(referral.text).toContain("192.0.2.53");
    expect((await ask("www.example.com", "A")).status).toBe("REFUSED");
  });

  test("two questions on one connection, and a version of EDNS that is not known", async () => {
    const both = await ask("+tcp", "+keepopen", "web.example.org", "A", "ns1.example.org", "A");
    expect(both.text).toContain("192.0.2.1");
    expect(both.text).toContain("127.0.0.1\n");
    expect((await ask("+edns=1", "+noednsnegotiation", "web.example.org", "A")).status).toBe("BADVERS");
  });
});

describe("dns-authority", () => {
  test("prints where it listens, the same port for TCP and UDP", async () => {
    expect(await listening(program, "dns-authority")).toBe(port);
    expect(program.stdout).toContain(`dns-authority: tcp 127.0.0.1:${port}\ndns-authority: udp 127.0.0.1:${port}\n`);
  });

  test("answers what comes behind what is no query, by UDP", async () => {
    const socket = createSocket("udp4");
    try {
      for (const bytes of [new Uint8Array(3), new Uint8Array(12).fill(255), new Uint8Array(2000).fill(7)]) {
        socket.send(bytes, port, "127.0.0.1");
      }
      socket.send(encodeQuery(4242, { name: "web.example.org", type: "A" }, false), port, "127.0.0.1");
      for (;;) {
        const [bytes] = (await once(socket, "message")) as [Uint8Array];
        if (bytes[0] !== 4242 >> 8) continue;
        expect(readReply(bytes).answers).toMatchObject([{ data: "192.0.2.1" }]);
        break;
      }
    } finally {
      socket.close();
    }
  });

  test("answers all that was asked on a connection before its client ended it, then ends it too", async () => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const names = ["web", "www", "no"];
    const queries = names.map((name, id) => frame(encodeQuery(id, { name: `${name}.example.org`, type: "A" }, false)));
    socket.end(Buffer.concat(queries));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const { messages, rest } = takeFrames(new Uint8Array(), Buffer.concat(chunks));
    expect(messages.map(readReply).map(({ id, rcode }) => [id, rcode])).toEqual([
      [0, "NOERROR"],
      [1, "NOERROR"],
      [2, "NXDOMAIN"],
    ]);
    expect(rest).toHaveLength(0);
  });

  test("ends a connection on which what is no query comes", async () => {
    const socket = connect({ port, host: "127.0.0.1" }).resume();
    const answer = encodeQuery(1, { name: "web.example.org", type: "A" }, false);
    answer[2] = 0x80;
    socket.write(frame(answer));
    await once(socket, "close");
    expect(program.stderr).toBe("");
  });

  test.each([
    [["--zone", "/nowhere/a.zone"], /^dns-authority: .*\/nowhere\/a\.zone/],
    [[], /^dns-authority: --zone: expected a zone file, came none/],
    [
      ["--zone", `bad=${join(folder, "bad.zone")}`],
      /^dns-authority: .*bad\.zone:2: expected an IPv4 address, came "x"/,
    ],
  ])("says in one line what is wrong with %j, and ends with exit code 1", async (options, message) => {
    writeFileSync(join(folder, "bad.zone"), "@ SOA a b 1 2 3 4 5\nwww A x\n");
    await using wrong = startExample("dns-authority", "--port", "0", ...options);
    expect(await wrong.ended).toEqual({ code: 1, signal: null });
    expect(wrong.stderr).toMatch(message);
    expect(wrong.stderr.trimEnd()).not.toContain("\n");
  });

  test("ends on SIGINT with exit code 0", async () => {
    await using other = startExample("dns-authority", "--port", "0", "--zone", file);
    await listeningForUdp(other, "dns-authority");
    other.signal("SIGINT");
    expect(await other.ended).toEqual({ code: 0, signal: null });
    expect(other.stderr).toBe("");
  });
});
