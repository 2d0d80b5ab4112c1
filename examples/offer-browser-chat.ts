// What a program with a debugger does for a chat that runs in the debugger's page.
import { serveBridge, type WebServer } from "@marketplace/node-drivers";
import { publisher, spawn, type GroundVm } from "@marketplace/runtime";
import { browserVmOffer } from "@marketplace/devtools/browser-vm";

/**
 * Lets pages of the debugger run a chat server (examples/browser-chat/worker.ts) that listens here. They may do nothing else. Prints where, each
 * time that one of them has opened its port.
 *
 * @param port 0: any that is free
 */
export async function offerBrowserChat(vm: GroundVm, server: WebServer, port: number): Promise<void> {
  await serveBridge(vm, {
    server,
    policy: [{ op: "listen", host: "127.0.0.1", ports: port }],
    onListening: ({ host, port: bound }) => console.log(`browser chat: tcp ${host}:${bound}`),
  });
  vm.perform(spawn(() => publisher(browserVmOffer(port)), { name: "browser chat" }));
}
