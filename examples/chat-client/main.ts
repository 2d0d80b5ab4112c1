/** A chat client for the terminal: what you type is said in the room of `npm run example -- chat`. */
import { consoleDriver, nodeHost, tcpDriver } from "@marketplace/node-drivers";
import {
  ANY,
  driverError,
  groundVm,
  observePublishers,
  spawn,
  tcpAddress,
  tcpChannel,
  tcpError,
} from "@marketplace/runtime";
import { connectOptions } from "../connect-options.ts";
import { chatClient } from "./chat-client.ts";

const { host, port } = connectOptions("chat-client", 5999);
const them = tcpAddress(host, port);
const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end.abort());

const fail = (what: string): void => {
  // When the program is told to end, everything becomes absent.
  if (end.signal.aborted) return;
  console.error(`chat-client: ${what}`);
  process.exitCode = 1;
  end.abort();
};

const report = () => [
  observePublishers(tcpError(ANY, them, ANY), {
    onPresence: ({ role }) => {
      const { error } = role.topic;
      if (driverError.isGround(error)) fail(`cannot connect to ${host} port ${port}: ${error.message} (${error.code})`);
    },
  }),
  observePublishers(tcpChannel(them, ANY, ANY), {
    onAbsence: ({ reason }) => {
      if (reason instanceof Error) fail(`the connection broke: ${reason.message}`);
    },
  }),
];

const boot = () => [tcpDriver(), consoleDriver(), spawn(report, { name: "report" }), chatClient(them)];
await groundVm(boot, { host: nodeHost(), signal: end.signal }).ended;
