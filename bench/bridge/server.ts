// A way from a WebSocket to an echo server on TCP, in a process of its own: `server.ts KIND ECHO_PORT`. It tells its parent where it listens.
import { createServer } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import initWsServer from "@maximegris/node-websockify";
import { WebSocketServer } from "ws";
import { groundVm } from "@marketplace/runtime";
import { nodeHost, serveBridge } from "@marketplace/node-drivers";

/** Where a bridge is reached. */
export interface Reached {
  readonly port: number;
  readonly token?: string;
}

const host = "127.0.0.1";
const [kind, echoPort] = process.argv.slice(2);
const target = Number(echoPort);

function ready(reached: Reached): void {
  process.send?.(reached);
}

/** As short as it can be written. */
function pipe(): void {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (webSocket) => {
    const socket = connect({ host, port: target, noDelay: true });
    socket.on("data", (bytes) => webSocket.send(bytes));
    socket.on("close", () => webSocket.close());
    socket.on("error", () => webSocket.close());
    webSocket.on("message", (bytes) => socket.write(bytes as Buffer));
    webSocket.on("close", () => socket.destroy());
  });
  server.listen(0, host, () => ready({ port: (server.address() as AddressInfo).port }));
}

/** It takes no port 0, and tells nobody when it listens. */
async function websockify(): Promise<void> {
  const probe = createTcpServer().listen(0, host);
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  initWsServer({ source: `${host}:${port}`, target: `${host}:${target}` });
  for (;;) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => resolve(true));
      socket.on("connect", () => socket.destroy());
      socket.on("error", () => resolve(false));
    });
    if (answers) return ready({ port });
  }
}

async function ours(): Promise<void> {
  const vm = groundVm(() => null, { host: nodeHost(), linger: true });
  const policy = [{ op: "connect", host, ports: target }] as const;
  const { port, token } = await serveBridge(vm, { port: 0, policy, opens: 1000 });
  ready({ port, token });
}

if (kind === "ours") await ours();
else if (kind === "pipe") pipe();
else if (kind === "websockify") await websockify();
else throw new Error(`expected ours, pipe or websockify, got ${JSON.stringify(kind)}`);
process.on("disconnect", () => process.exit());
