// What the browser runs: the program, a driver for the page, and a bridge to Node's TCP.
import { groundVm, tcpAddress, tcpRelay } from "@marketplace/runtime";
import { bridge, webSocketDial } from "@marketplace/runtime/bridge";
import { domDriver } from "@marketplace/devtools/dom";
import { chatPage } from "./chat-page.ts";

/** The token came in the fragment of the address. It stays in this tab, and not in its history. */
function takeToken(): string {
  const { hash, pathname, search } = location;
  if (hash !== "") sessionStorage.setItem("chat-page.token", hash.replace("#token=", ""));
  history.replaceState(null, "", `${pathname}${search}`);
  return sessionStorage.getItem("chat-page.token") ?? "none";
}

const room = new URLSearchParams(location.search);
const them = tcpAddress(room.get("host") ?? "127.0.0.1", Number(room.get("port")));
const dial = webSocketDial({ url: `ws://${location.host}/bridge`, token: takeToken() });

const vm = groundVm(() => [domDriver(), tcpRelay("bridge"), chatPage(them)], { container: bridge(dial) });

// `&debugger` in the address: one line opens the debugger on a VM in the same page.
if (room.has("debugger")) import("@marketplace/devtools").then(({ openDebugger }) => openDebugger(vm), console.error);
