/** A chat room: join it with nc or telnet, as many as you like. */
import { serve } from "../serve.ts";
import { chat } from "./chat.ts";

await serve({
  name: "chat",
  port: 5999,
  program: chat,
  hints: (join) => [`Join from another terminal: ${join}`, "Ctrl-C ends it."],
});
