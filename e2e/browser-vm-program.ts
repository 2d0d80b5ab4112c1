// A program whose debugger's page runs a chat, for stories in which it dies and comes back, or does not let the page listen. Its argument is the
// options of serveInspector, the chat's port, and whether the page is denied it, as JSON.
import { nodeHost, serveBridge, serveInspector, type InspectorOptions } from "@marketplace/node-drivers";
import { groundVm, publisher, spawn } from "@marketplace/runtime";
import { browserVmOffer } from "@marketplace/devtools/browser-vm";
import { offerBrowserChat } from "../examples/offer-browser-chat.ts";

interface Wish extends InspectorOptions {
  readonly chatPort: number;
  readonly denied?: boolean;
}

const { chatPort, denied = false, ...options } = JSON.parse(process.argv[2] ?? "{}") as Wish;
const vm = groundVm(() => null, { host: nodeHost(), linger: true });
const server = await serveInspector(vm, { control: true, linger: true, ...options });
if (denied) {
  await serveBridge(vm, { server });
  vm.perform(spawn(() => publisher(browserVmOffer(chatPort))));
} else {
  await offerBrowserChat(vm, server, chatPort);
}
