// An echo server on the port that it is given, without root's privileges. It prints where it listens, or the code of the error and ends.
import {
  ANY,
  groundVm,
  publisher,
  sendMessage,
  spawn,
  subscriber,
  tcpChannel,
  tcpListener,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import { Log } from "../log.ts";
import { listen, watchListener } from "./listening.ts";

if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}

const listener = tcpListener(Number(process.argv[2]));
const log = new Log<string>();
const vm = groundVm(
  () => [
    tcpBareDriver(),
    spawn(() => [
      watchListener(listener, log),
      listen(listener, (them) => [
        publisher(tcpChannel(listener, them, ANY)),
        subscriber(tcpChannel(them, listener, ANY), {
          onMessage: ({ subpacket }) => sendMessage(tcpChannel(listener, them, subpacket)),
        }),
      ]),
    ]),
  ],
  { host: nodeHost() },
);
const [outcome = ""] = await log.until(({ length }) => length > 0);
process.stdout.write(`${outcome}\n`);
if (!outcome.includes(":")) await vm.stop();
