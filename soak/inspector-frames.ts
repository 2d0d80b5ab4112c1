// 100,000 malformed frames, or as many as the first argument says, and a tenth as many malformed requests, against the debugger's server of a
// VM: afterwards it serves as before, the VM is as it was, and nothing is left behind.
import { strict as assert } from "node:assert";
import { nodeHost, serveInspector } from "@marketplace/node-drivers";
import { ANY, groundVm, spawn, subscriber, type Source } from "@marketplace/runtime";
import * as fc from "fast-check";
import { Viewer } from "../packages/node-drivers/test/inspector/viewer.ts";
import { sendHostileFrames, type Assault } from "../packages/node-drivers/test/web/hostile.ts";
import { ask, frame, RawWebSocket } from "../packages/node-drivers/test/web/raw-client.ts";

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 20_260_101);

/** Never says anything, and so keeps a VM waiting. */
class Silence implements Source<string> {
  arm(): () => void {
    return () => {};
  }
}

const faults: unknown[] = [];
process.on("uncaughtException", (error) => faults.push(error));
process.on("unhandledRejection", (error) => faults.push(error));
const warnings = console.error;
console.error = (...words) => {
  faults.push(words);
  warnings(...words);
};

const vm = groundVm(() => [subscriber([new Silence(), ANY]), spawn(() => subscriber(["hello", ANY]))], {
  host: nodeHost(),
});
const server = await serveInspector(vm, { port: 0, print: () => {} });
const { port, token } = server;
const host = `Host: 127.0.0.1:${port}`;

const connect = (): Promise<RawWebSocket> => RawWebSocket.open(port, "/inspect", [host]);

async function enter(): Promise<RawWebSocket> {
  const client = await connect();
  client.send(frame(JSON.stringify({ type: "hello", protocol: 1, token })));
  return client;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function report(what: string, { frames, connections, closed }: Assault, seconds: number): void {
  const codes = [...closed].map(([code, often]) => `${code}: ${often}`).toSorted();
  console.log(
    `${frames} frames ${what}, ${connections} connections, ${seconds.toFixed(1)} s; closed with ${codes.join(", ")}`,
  );
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const begin = performance.now();
  const result = await run();
  return [result, (performance.now() - begin) / 1000];
}

/** Requests to upgrade with a few bytes changed, left out or put in. */
async function sendHostileRequests(times: number): Promise<Map<string, number>> {
  const right = `GET /inspect HTTP/1.1\r\n${host}\r\nOrigin: http://127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: marketplace.inspect.1, token.wrong\r\n\r\n`;
  const change = fc.record({ at: fc.nat(right.length), gone: fc.nat(20), come: fc.string({ maxLength: 20 }) });
  const changed = fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    let bytes = Buffer.from(right);
    for (const { at, gone, come } of changes) {
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(come), bytes.subarray(at + gone)]);
    }
    return bytes;
  });
  const answers = new Map<string, number>();
  for (const bytes of fc.sample(changed, { seed, numRuns: times })) {
    // Its end: where the server waits for more headers, there are none.
    const answer = await ask(port, bytes, { end: true });
    const status = String(answer?.status ?? "none");
    answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  return answers;
}

const bystander = await Viewer.open(server);
const before = await bystander.await("snapshot");
// What is compiled and cached at the first thousand is no leak.
await sendHostileFrames(1000, seed - 1, enter);
const heapBefore = heap();

const strangers = Math.floor(count / 4);
report("before hello", ...(await timed(() => sendHostileFrames(strangers, seed, connect))));
report("after hello", ...(await timed(() => sendHostileFrames(count - strangers, seed + 1_000_000, enter))));
const [answers, seconds] = await timed(() => sendHostileRequests(Math.floor(count / 10)));
const statuses = [...answers].map(([status, often]) => `${status}: ${often}`).toSorted();
console.log(`${Math.floor(count / 10)} requests, ${seconds.toFixed(1)} s; answered with ${statuses.join(", ")}`);

await bystander.ask({ command: "snapshot" });
const after = await bystander.await("snapshot");
assert.deepEqual(after.processes, before.processes, "the VM is as it was");
const fresh = await Viewer.open(server);
assert.equal((await fresh.next()).type, "welcome", "a new viewer is let in");
assert.deepEqual(faults, [], "nothing was thrown, and nothing had to be reported");
const grown = heap() - heapBefore;
console.log(`heap: ${(heapBefore / 1e6).toFixed(1)} MB before, ${(grown / 1e6).toFixed(1)} MB more after`);
assert.ok(grown < 16e6, "no memory is left behind");
await server.close();
await vm.stop();
