// `npm start`: the chat server, on CHAT_PORT.
import { runExample } from "./examples.mjs";

const port = process.env["CHAT_PORT"] ?? "5999";
if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) {
  await runExample("chat", ["--port", port, ...process.argv.slice(2)]);
} else {
  console.error(`CHAT_PORT is to be a port, 0 to 65535 (0: any that is free); it is ${JSON.stringify(port)}.`);
  process.exitCode = 1;
}
