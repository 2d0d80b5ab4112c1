// Does the resolver believe a forged reply? A name server sends for each query 99 forged replies, each wrong in one thing, and then the real one,
// until 100,000 have been forged.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { encodeAnswer, encodeQuery, readQuery, readReply, type Query } from "../examples/dns/message.ts";
import type { ResourceRecord } from "../examples/dns/records.ts";
import { listeningForUdp } from "../examples/test/dns-tools.ts";
import { startExample } from "../examples/test/program.ts";

const FORGED = 100_000;
const EACH = 99;
const HERE = "127.0.1.1";
const LIE = "6.6.6.6";
const TRUTH = "192.0.2.1";

async function bound(address: string): Promise<Socket> {
  const socket = createSocket("udp4").bind(0, address);
  await once(socket, "listening");
  return socket;
}

const server = await bound(HERE);
const otherPort = await bound(HERE);
const otherAddress = createSocket("udp4").bind(server.address().port, "127.0.1.6");
await once(otherAddress, "listening");
const client = await bound("127.0.0.1");
const sockets = [server, otherPort, otherAddress, client];

function reply(query: Query, name: string, data: string, more: Partial<Query> = {}): Uint8Array {
  const answers: ResourceRecord[] = [{ name, type: "A", ttl: 3600, data }];
  return encodeAnswer(
    { ...query, ...more },
    { rcode: "NOERROR", isAuthoritative: true, answers, authorities: [], additionals: [] },
  );
}

/** What is wrong in a forged reply, by turns. */
const forgeries: readonly ((query: Query, to: RemoteInfo, turn: number) => void)[] = [
  (query, to) => otherAddress.send(reply(query, query.spelt, LIE), to.port, to.address),
  (query, to) => otherPort.send(reply(query, query.spelt, LIE), to.port, to.address),
  (query, to, turn) =>
    server.send(reply(query, query.spelt, LIE, { id: (query.id + 1 + turn) % 65_536 }), to.port, to.address),
  (query, to) => server.send(reply(query, `x${query.spelt}`, LIE, { spelt: `x${query.spelt}` }), to.port, to.address),
  (query, to) => server.send(reply(query, query.spelt, LIE, { type: "AAAA" }), to.port, to.address),
  (query, to) => server.send(reply(query, "another.name", LIE), to.port, to.address),
];

const forged = { count: 0 };
server.on("message", (bytes, from) => {
  const query = readQuery(bytes);
  if (query === null || query instanceof Uint8Array) throw new Error("not a query");
  for (let turn = 0; turn < EACH; turn++) forgeries[forged.count++ % forgeries.length]?.(query, from, turn);
  server.send(reply(query, query.spelt, TRUTH), from.port, from.address);
});

await using resolver = startExample("dns-resolver", "--port", "0", "--root", `${HERE}:${server.address().port}`);
const port = await listeningForUdp(resolver, "dns-resolver");
const seen = { truth: 0, lies: 0, servfail: 0 };

for (let id = 0; forged.count < FORGED; id++) {
  const query = encodeQuery(id, { name: `name-${id}.test`, type: "A" }, false);
  query[2] = 1;
  client.send(query, port, "127.0.0.1");
  const [bytes] = (await once(client, "message")) as [Uint8Array];
  const { answers } = readReply(bytes);
  if (answers.length === 0) seen.servfail++;
  for (const { data } of answers) seen[data === TRUTH ? "truth" : "lies"]++;
}
console.log(
  `${forged.count} forged replies: ${seen.lies} believed; ${seen.truth} real ones believed, ${seen.servfail} questions were SERVFAIL`,
);
if (seen.lies > 0 || seen.truth === 0 || resolver.stderr !== "") process.exitCode = 1;
for (const socket of sockets) socket.close();
