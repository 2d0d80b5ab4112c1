// The page that serveInspector serves.
import { followAddress } from "./address.ts";
import { mountDebugger } from "./mount.tsx";
import { takeToken } from "./connection/token.ts";
import { webSocketConnection } from "./connection/websocket.ts";
import { Debugger } from "./store/debugger.ts";
import { acceptDrops } from "./views/drop.ts";

const root = document.getElementById("root");
if (root === null) throw new Error('index.html has no element with the id "root"');
const token = takeToken(location, history, sessionStorage);
const connection =
  token === null
    ? null
    : webSocketConnection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/inspect`, token);
const debug = new Debugger();
followAddress(debug);
acceptDrops(debug);
mountDebugger(root, connection, debug);
