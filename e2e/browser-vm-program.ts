// A program whose debugger's page runs a chat, for stories in which it dies and comes back: its argument is the options of serveInspector and the
// chat's port, as JSON.
import { nodeHost, serveInspector, type InspectorOptions } from "@marketplace/node-drivers";
import { groundVm } from "@marketplace/runtime";
import { offerBrowserChat } from "../examples/offer-browser-chat.ts";

interface Wish extends InspectorOptions {
  readonly chatPort: number;
}

const { chatPort, ...options } = JSON.parse(process.argv[2] ?? "{}") as Wish;
const vm = groundVm(() => null, { host: nodeHost(), linger: true });
const server = await serveInspector(vm, { control: true, linger: true, ...options });
await offerBrowserChat(vm, server, chatPort);
