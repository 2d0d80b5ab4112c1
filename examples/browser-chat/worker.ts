// The chat server in a tab: what the worker of the debugger's page runs. Its TCP is Node's, on the other side of the bridge.
import { tcpRelay } from "@marketplace/runtime";
import { runBrowserVm } from "@marketplace/devtools/browser-vm";
import { chat } from "../chat/chat.ts";

runBrowserVm("browser chat", (port) => [tcpRelay("bridge"), chat(port)]);
