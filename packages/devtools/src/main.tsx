// The page that serveInspector serves.
import { followAddress } from "./address.ts";
import { mountDebugger } from "./mount.tsx";
import { takeToken } from "./connection/token.ts";
import { webSocketConnection } from "./connection/websocket.ts";
import { Debugger } from "./store/debugger.ts";
import { acceptOffer } from "./targets/accept-offer.ts";
import { Targets } from "./targets/targets.ts";
import { acceptDrops } from "./views/drop.ts";

const root = document.getElementById("root");
if (root === null) throw new Error('index.html has no element with the id "root"');
const token = takeToken(location, history, sessionStorage);
addEventListener("hashchange", () => {
  // The address of a program that was started anew, in the tab that showed it before.
  if (location.hash.startsWith("#token=")) location.reload();
});
const server = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
const targets = new Targets(new Debugger());
followAddress(targets);
acceptDrops(targets);
if (token !== null) {
  const makeWorker = (): Worker =>
    new Worker(new URL("../../../examples/browser-chat/worker.ts", import.meta.url), {
      type: "module",
      name: "browser chat",
    });
  acceptOffer(targets, makeWorker, `${server}/bridge`, token);
}
mountDebugger(root, token === null ? null : webSocketConnection(`${server}/inspect`, token), targets);
