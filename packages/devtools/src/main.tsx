// The page that serveInspector serves.
import { mountDebugger } from "./mount.tsx";
import { takeToken } from "./connection/token.ts";
import { webSocketConnection } from "./connection/websocket.ts";

const root = document.getElementById("root");
if (root === null) throw new Error('index.html has no element with the id "root"');
const token = takeToken(location, history, sessionStorage);
const connection = token === null ? null : webSocketConnection(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/inspect`, token);
mountDebugger(root, connection);
