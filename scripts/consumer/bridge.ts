// A client whose VM has its container on the other side of a bridge, and the server there that it asks.
// Prints: bridge: ["hello", "from over there"]
import { nodeHost } from "@marketplace/node-drivers";
import {
  ANY,
  atMetaLevel,
  formatTerm,
  fromPromise,
  groundVm,
  quit,
  sendMessage,
  subscriber,
} from "@marketplace/runtime";
import { acceptBridge, bridge, decodeFrame, encodeFrame, memoryChannel } from "@marketplace/runtime/bridge";

const server = () =>
  subscriber(["ask", ANY], { onMessage: ([, what]) => sendMessage(["answer", [what, "from over there"]]) });

const client = () => [
  atMetaLevel(
    subscriber(["answer", ANY], {
      onMessage([, answer]) {
        console.log(decodeFrame(encodeFrame(`bridge: ${formatTerm(answer)}`)));
        return quit();
      },
    }),
  ),
  atMetaLevel(sendMessage(["ask", "hello"])),
];

let close = () => {};
const closed = fromPromise(new Promise<null>((resolve) => (close = () => resolve(null))));
const outer = groundVm(() => subscriber([closed, ANY], { onMessage: () => quit() }), { host: nodeHost() });
const [near, far] = memoryChannel();
acceptBridge(outer, far, { boot: server });
await groundVm(client, { host: nodeHost(), container: bridge(near) }).ended;
close();
await outer.ended;
