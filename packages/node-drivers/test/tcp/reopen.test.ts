import { expect, test } from "vitest";
import { quit, sendMessage, spawn, tcpChannel, tcpListener } from "@marketplace/runtime";
import { Button, process } from "../ground.ts";
import { Log } from "../log.ts";
import { listen, watchListener } from "./listening.ts";
import { dial, freePort } from "./remote.ts";
import { conversation, startWorld } from "./world.ts";

test("a listener can be closed and opened again on the same port with 50 live connections, which go on", async () => {
  const us = tcpListener(await freePort());
  const [close, open] = [new Button(), new Button()];
  const log = new Log<string>();
  const serve = () =>
    listen(us, (them) => conversation(us, them, new Log(), (text) => sendMessage(tcpChannel(us, them, text))));
  startWorld([
    process(watchListener(us, log)),
    process([serve(), close.onPress(() => quit())]),
    process(open.onPress(() => spawn(() => serve()))),
  ]);
  const address = `127.0.0.1:${us.port}`;
  await log.has(address);
  const remotes = await Promise.all(Array.from({ length: 50 }, () => dial(us.port)));
  for (const [i, remote] of remotes.entries()) remote.socket.write(`${i}`);
  await Promise.all(remotes.map((remote, i) => remote.hears(`${i}`)));
  close.press();
  await log.has("withdrawn");
  await expect(dial(us.port)).rejects.toThrow("ECONNREFUSED");
  open.press();
  await log.has(address, 2);
  const late = await dial(us.port);
  late.socket.write("late");
  for (const remote of remotes) remote.socket.write(" and on");
  await late.hears("late");
  await Promise.all(remotes.map((remote, i) => remote.heard(({ text }) => text.startsWith(`${i} and on`))));
});
