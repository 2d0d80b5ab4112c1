import { expect, test } from "vitest";
import { connectTo, enter, startEcho } from "./fixtures.ts";
import { sendHostileFrames } from "./hostile.ts";
import { frame } from "./raw-client.ts";

test("hundreds of hostile frames, before and after hello, leave a server and its other clients as they were", async () => {
  await using server = await startEcho();
  const bystander = await enter(server.port);
  const strangers = await sendHostileFrames(400, 20_260_101, () => connectTo(server.port));
  const known = await sendHostileFrames(1200, 20_260_102, () => enter(server.port));
  // What was sent was hostile in more than one way.
  for (const code of ["1002", "1009", "4400"]) expect(strangers.closed.get(code), code).toBeGreaterThan(0);
  for (const code of ["1002", "1009"]) expect(known.closed.get(code), code).toBeGreaterThan(0);
  bystander.send(frame("all well?"));
  expect(await bystander.next()).toEqual({ type: "message", data: "all well?" });
}, 60_000);
