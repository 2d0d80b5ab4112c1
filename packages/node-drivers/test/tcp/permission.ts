// A program that listens on the port it is given, prints how that went, and ends. Run by listen.test.ts as a user without privileges.
import {
  ANY,
  groundVm,
  observePublishers,
  spawn,
  tcpChannel,
  tcpError,
  tcpListener,
  tcpListening,
} from "@marketplace/runtime";
import { nodeHost } from "../../src/host.ts";
import { tcpBareDriver } from "../../src/tcp/driver.ts";

const listener = tcpListener(Number(process.argv[2]));
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
  void vm.stop();
};

const vm = groundVm(
  () => [
    tcpBareDriver(),
    spawn(() => [
      observePublishers(tcpError(listener, ANY, ANY), {
        onPresence: ({ role }) => say((role.topic.error as { code: string }).code),
      }),
      observePublishers(tcpListening(listener, ANY), { onPresence: () => say("listening") }),
      observePublishers(tcpChannel(ANY, listener, ANY)),
    ]),
  ],
  { host: nodeHost() },
);
await vm.ended;
