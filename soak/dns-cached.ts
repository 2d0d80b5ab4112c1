// How long does a cached answer take? 1,000 questions a second for 20 seconds, about 100 names that the resolver knows; they are sent by
// the clock, so a slow answer does not keep the next question back.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeQuery, readReply } from "../examples/dns/message.ts";
import { listeningForUdp } from "../examples/test/dns-tools.ts";
import { startExample } from "../examples/test/program.ts";

const RATE = 1000;
const SECONDS = 20;
const NAMES = 100;
const TOTAL = RATE * SECONDS;

const folder = mkdtempSync(join(tmpdir(), "dns-cached-"));
const zone = join(folder, "root.zone");
const names = Array.from({ length: NAMES }, (_, i) => `name-${i}.test`);
const hosts = names.map((name) => `${name}. 3600 A 192.0.2.1`).join("\n");
writeFileSync(zone, `. 60 SOA a. b. 1 2 3 4 60\n. 60 NS ns.test.\nns.test. 60 A 127.0.0.1\n${hosts}\n`);

const client = createSocket("udp4");
try {
  await using authority = startExample("dns-authority", "--port", "0", "--zone", zone);
  const root = await listeningForUdp(authority, "dns-authority");
  await using resolver = startExample("dns-resolver", "--port", "0", "--root", `127.0.0.1:${root}`);
  const port = await listeningForUdp(resolver, "dns-resolver");
  const send = (id: number): void => {
    const query = encodeQuery(id, { name: names[id % NAMES] as string, type: "A" }, true);
    query[2] = 1;
    client.send(query, port, "127.0.0.1");
  };
  for (let id = 0; id < NAMES; id++) {
    send(id);
    await once(client, "message");
  }

  const sent: number[] = [];
  const taken: number[] = [];
  client.on("message", (bytes) => {
    const now = performance.now();
    // Only the id is looked at here: to decode takes longer than what is measured.
    taken.push(now - (sent[(bytes[0] as number) * 256 + (bytes[1] as number)] as number));
    if (taken.length === 1 && readReply(bytes).answers.length !== 1) throw new Error("a wrong answer");
  });
  const begin = performance.now();
  while (sent.length < TOTAL) {
    const due = Math.min(TOTAL, Math.floor(((performance.now() - begin) / 1000) * RATE));
    while (sent.length < due) {
      sent.push(performance.now());
      send(sent.length - 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // The last ones have a second.
  for (let i = 0; i < 100 && taken.length < TOTAL; i++) await new Promise((resolve) => setTimeout(resolve, 10));

  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] as number).toFixed(2);
  console.log(
    `${TOTAL} cached answers at ${RATE} a second: median ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms; ${TOTAL - taken.length} lost`,
  );
  if (taken.length < TOTAL * 0.999 || authority.stderr + resolver.stderr !== "") process.exitCode = 1;
} finally {
  client.close();
  rmSync(folder, { recursive: true });
}
