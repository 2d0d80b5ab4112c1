import { expect, test } from "vitest";
import { ANY, eventRelay, groundVm, observePublishers, sendMessage, spawnVm, tcpChannel } from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import { process } from "../ground.ts";
import { Log } from "../log.ts";
import { anyPort, listen, portOf, watchListener } from "./listening.ts";
import { dial } from "./remote.ts";
import { conversation } from "./world.ts";

test("tcpBareDriver works in a nested VM with an eventRelay, and nobody outside of that VM hears of it", async () => {
  const [log, sessions, outside] = [new Log<string>(), new Log<string>(), new Log<string>()];
  const echo = listen(anyPort, (them) =>
    conversation(anyPort, them, sessions, (text) => sendMessage(tcpChannel(anyPort, them, text))),
  );
  const vm = groundVm(
    () => [
      process(observePublishers(tcpChannel(ANY, ANY, ANY), { onPresence: () => void outside.add("heard") })),
      spawnVm(() => [eventRelay("relay"), tcpBareDriver(), process([watchListener(anyPort, log), echo])]),
    ],
    { host: nodeHost() },
  );
  const port = await portOf(log);
  const remotes = await Promise.all(Array.from({ length: 5 }, () => dial(port)));
  for (const [i, remote] of remotes.entries()) remote.socket.write(`number ${i}`);
  await Promise.all(remotes.map((remote, i) => remote.hears(`number ${i}`)));
  remotes[0]?.socket.resetAndDestroy();
  await sessions.has("absent: ECONNRESET");
  await vm.stop();
  await Promise.all(remotes.slice(1).map(({ ended }) => ended));
  expect(outside.entries).toEqual([]);
});
