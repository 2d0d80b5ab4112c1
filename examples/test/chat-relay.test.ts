import { expect, test } from "vitest";
import { nodeHost, tcpBareDriver } from "@marketplace/node-drivers";
import {
  ANY,
  groundVm,
  observePublishers,
  spawn,
  spawnVm,
  tcpAddress,
  tcpListener,
  tcpListening,
  tcpRelay,
} from "@marketplace/runtime";
import { chat } from "../chat/chat.ts";
import { LineClient } from "./line-client.ts";

test("chat(port) serves behind tcpRelay(selfId), two VMs away from the driver, as it does beside it", async () => {
  const warnings: string[] = [];
  let resolve: (port: number) => void;
  const open = new Promise<number>((done) => (resolve = done));
  const whenOpen = observePublishers(tcpListening(tcpListener(0), ANY), {
    onPresence: ({ role }) => {
      if (tcpAddress.isGround(role.topic.address)) resolve(role.topic.address.port);
    },
  });
  const vm = groundVm(
    () => [
      tcpBareDriver(),
      spawnVm(() => [tcpRelay("outer"), spawnVm(() => [tcpRelay("inner"), spawn(() => whenOpen), chat(0)])]),
    ],
    { host: nodeHost(), onWarning: ({ message }) => warnings.push(message) },
  );
  const port = await open;
  using ann = new LineClient(port);
  await ann.line(1);
  using bob = new LineClient(port);
  await bob.line(2);
  await ann.line(2);
  ann.send("hello\n");
  await bob.line(3);
  bob.reset();
  await ann.line(4);
  const [first, second] = [ann.lines[0], bob.lines[0]].map((line) => /^You are (user\d+)\.$/.exec(line ?? "")?.[1]);
  expect(ann.lines.slice(1)).toEqual([`${second} arrived.`, `${first}: hello`, `${second} departed.`]);
  expect(bob.lines.slice(1)).toEqual([`${first} arrived.`, `${first}: hello`]);
  ann.end("bye");
  await ann.closed();
  await vm.stop();
  expect(warnings).toEqual([]);
});
