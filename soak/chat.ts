// Does the chat server forget who has gone, and does one who does not read harm only himself? Users come, speak and go, half of them by a
// reset, for many rounds; after collection the server's memory is to be what it was, but for 5 MB. Then one joins who reads nothing,
// while another says more than the server keeps for anybody.
import { connect } from "node:net";
import { LineClient } from "../examples/test/line-client.ts";
import { listening, node, type Program } from "../examples/test/program.ts";

const ROUNDS = 300;
const WARM_UP = 30;
const USERS = 20;
const ALLOWED = 5 * 1024 * 1024;
const MIB = 1024 * 1024;

/** The bytes in use after a collection. */
async function memory(program: Program): Promise<number> {
  return ((await program.ask("memory")) as { used: number }).used;
}

/** The lines that end so. */
function count(client: LineClient, ending: string): number {
  return client.lines.filter((line) => line.endsWith(ending)).length;
}

/** Users come, speak and go; `witness` sees all of it. */
async function round(port: number, witness: LineClient): Promise<void> {
  const users = Array.from({ length: USERS }, () => new LineClient(port));
  await witness.until(() => count(witness, " arrived.") === USERS);
  for (const user of users) user.send("hello\n");
  await Promise.all(users.map((user) => user.until(() => count(user, ": hello") === USERS)));
  for (const [index, user] of users.entries()) {
    if (index % 2 === 0) user.end("bye");
    else user.reset();
  }
  await witness.until(() => count(witness, " departed.") === USERS);
  if (count(witness, ": bye") !== USERS / 2)
    throw new Error(`expected ${USERS / 2} goodbyes, heard ${count(witness, ": bye")}`);
  await Promise.all(users.map((user) => user.closed()));
  witness.lines.length = 0;
}

/** One who reads nothing joins; then `speaker` goes on speaking until he is gone. @returns how many MiB that took */
async function slowReader(port: number, witness: LineClient, speaker: LineClient): Promise<number> {
  const slow = connect(port, "127.0.0.1").pause();
  // The server's end reaches him, if at all, as an error.
  slow.on("error", () => {});
  await witness.until(() => count(witness, " arrived.") === 1);
  const line = `${"x".repeat(MIB / 16 - 1)}\n`;
  let said = 0;
  while (count(witness, " departed.") === 0) {
    if (said > 256) throw new Error("the server keeps more than 256 MiB for one who does not read");
    const heard = witness.lines.length;
    speaker.send(line.repeat(16));
    said++;
    await Promise.all([witness, speaker].map((each) => each.until(() => each.lines.length >= heard + 16)));
    for (const each of [witness, speaker])
      each.lines.splice(0, Infinity, ...each.lines.filter((text) => text.length < 100));
  }
  slow.destroy();
  return said;
}

const probe = "--import=./examples/test/memory-probe.mjs";
await using program = node(["--expose-gc", probe, "scripts/example.mjs", "chat", "--port", "0"], { ipc: true });
const port = await listening(program, "chat");
using witness = new LineClient(port);
await witness.line(1);
witness.lines.length = 0;

for (let i = 0; i < WARM_UP; i++) await round(port, witness);
const before = await memory(program);
for (let i = 0; i < ROUNDS; i++) await round(port, witness);
const growth = (await memory(program)) - before;
console.log(
  `${ROUNDS * USERS} users came and went: memory grew by ${Math.round(growth / 1024)} KiB (allowed: ${ALLOWED / 1024})`,
);
if (growth > ALLOWED) process.exitCode = 1;

using speaker = new LineClient(port);
await speaker.line(1);
await witness.line(1);
witness.lines.length = 0;
speaker.lines.length = 0;
const said = await slowReader(port, witness, speaker);
const kept = (await memory(program)) - before;
console.log(
  `one who read nothing departed after ${said} MiB; memory then grew by ${Math.round(kept / 1024)} KiB (allowed: ${ALLOWED / 1024})`,
);
if (kept > ALLOWED) process.exitCode = 1;

program.signal("SIGTERM");
const { code } = await program.ended;
if (code !== 0 || program.stderr !== "") {
  console.error(`the server ended with ${code}: ${program.stderr}`);
  process.exitCode = 1;
}
