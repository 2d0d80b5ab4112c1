// Do the name servers survive what is no DNS? 200,000 packets go to each: noise, queries with bytes changed, queries cut off. After every hundred
// a question is asked, and has to be answered.
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@marketplace/runtime/testing";
import { encodeQuery, readReply } from "../examples/dns/message.ts";
import { listeningForUdp } from "../examples/test/dns-tools.ts";
import { startExample, type Program } from "../examples/test/program.ts";

const PACKETS = 200_000;
const BATCH = 100;
const SEED = 20_260_801;

const random = seededRandom(SEED);
const below = (limit: number): number => Math.floor(random() * limit);

function malformed(): Uint8Array {
  if (below(3) === 0) return Uint8Array.from({ length: below(600) }, () => below(256));
  const name = ["www.test", "a.b.c.d.test", "test"][below(3)] as string;
  const query = encodeQuery(below(65_536), { name, type: ["A", "TXT", "MX"][below(3)] as string }, below(2) === 0);
  for (let i = below(4); i >= 0; i--) query[below(query.length)] = below(256);
  return below(2) === 0 ? query.subarray(0, below(query.length)) : query;
}

/** Send packets and ask questions in turn, until all are sent. @returns how many answers there were to other packets than ours */
async function attack(port: number): Promise<number> {
  const noise = createSocket("udp4");
  const client = createSocket("udp4");
  let answers = 0;
  noise.on("message", () => answers++);
  try {
    for (let sent = 0; sent < PACKETS; sent += BATCH) {
      for (let i = 0; i < BATCH; i++) noise.send(malformed(), port, "127.0.0.1");
      await answered(client, port, (sent / BATCH) % 65_536);
    }
    return answers;
  } finally {
    noise.close();
    client.close();
  }
}

/** Ask until there is an answer: a datagram may be lost in the crowd, a server may not. */
function answered(client: ReturnType<typeof createSocket>, port: number, id: number): Promise<void> {
  const query = encodeQuery(id, { name: "www.test", type: "A" }, false);
  query[2] = 1;
  return new Promise((resolve, reject) => {
    let tries = 0;
    const ask = (): void => {
      if (++tries > 20) return reject(new Error("no answer any more"));
      client.send(query, port, "127.0.0.1");
    };
    const again = setInterval(ask, 500);
    client.removeAllListeners("message").on("message", (bytes) => {
      const reply = readReply(bytes);
      if (reply.id !== id) return;
      clearInterval(again);
      if (reply.answers[0]?.data === "192.0.2.1") resolve();
      else reject(new Error(`a wrong answer: ${JSON.stringify(reply)}`));
    });
    ask();
  });
}

async function end(name: string, program: Program): Promise<void> {
  program.signal("SIGTERM");
  const { code } = await program.ended;
  if (code === 0 && program.stderr === "") return;
  console.error(`${name} ended with ${code}: ${program.stderr}`);
  process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), "dns-malformed-"));
try {
  const zone = join(folder, "root.zone");
  writeFileSync(
    zone,
    ". 60 SOA a. b. 1 2 3 4 60\n. 60 NS ns.test.\nns.test. 60 A 127.0.0.1\nwww.test. 60 A 192.0.2.1\n",
  );
  await using authority = startExample("dns-authority", "--port", "0", "--zone", zone);
  const port = await listeningForUdp(authority, "dns-authority");
  await using resolver = startExample("dns-resolver", "--port", "0", "--root", `127.0.0.1:${port}`);
  const servers = [
    ["dns-authority", port],
    ["dns-resolver", await listeningForUdp(resolver, "dns-resolver")],
  ] as const;
  for (const [name, at] of servers) {
    const begin = performance.now();
    const answers = await attack(at);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(
      `${name}: ${PACKETS} malformed packets in ${seconds} s, ${answers} of them refused with an answer; it is up`,
    );
  }
  await end("dns-resolver", resolver);
  await end("dns-authority", authority);
} finally {
  rmSync(folder, { recursive: true });
}
