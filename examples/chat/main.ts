/** A chat room: join it with nc or telnet, as many as you like. */
import { offerBrowserChat } from "../offer-browser-chat.ts";
import { parsePort } from "../options.ts";
import { serve } from "../serve.ts";
import { chat } from "./chat.ts";

let browserChat: number | undefined;

await serve({
  name: "chat",
  port: 5999,
  options: { "browser-chat": "PORT (the debugger's page runs no chat of its own)" },
  program(port, own) {
    for (const text of own["browser-chat"] ?? []) browserChat = parsePort("--browser-chat", text);
    return chat(port);
  },
  hints: (join) => [`Join from another terminal: ${join}`, "Ctrl-C ends it."],
  async beside(vm, server) {
    if (browserChat !== undefined) await offerBrowserChat(vm, server, browserChat);
  },
});
