// A program whose debugger's page runs a chat, for stories in which it dies and comes back: its argument is the options of serveInspector and the
// chat's port, as JSON.
import { nodeHost, serveInspector, tcpBareDriver, type InspectorOptions } from "@marketplace/node-drivers";
import { groundVm } from "@marketplace/runtime";
import { chat } from "../examples/chat/chat.ts";
import { offerBrowserChat } from "../examples/offer-browser-chat.ts";

interface Wish extends InspectorOptions {
  readonly chatPort: number;
}

const { chatPort, ...options } = JSON.parse(process.argv[2] ?? "{}") as Wish;
// The chat of Node keeps the VM from ending before its bridge is served.
const vm = groundVm(() => [tcpBareDriver(), chat(0)], { host: nodeHost() });
const server = await serveInspector(vm, { control: true, linger: true, ...options });
await offerBrowserChat(vm, server, chatPort);
