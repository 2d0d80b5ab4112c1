// `npm start`: the chat server, on CHAT_PORT, and the debugger attached to it, on PORT; the debugger's page serves another, on BROWSER_CHAT_PORT.
import { runExample } from "./examples.mjs";
import { buildDevtools } from "./devtools.mjs";

/** @param {string} name @param {string} usual @returns {string | undefined} a port as text; undefined where it is none, which is reported */
function portFrom(name, usual) {
  const port = process.env[name] ?? usual;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return port;
  console.error(`${name} is to be a port, 0 to 65535 (0: any that is free); it is ${JSON.stringify(port)}.`);
  process.exitCode = 1;
  return undefined;
}

const chat = portFrom("CHAT_PORT", "5999");
const devtools = portFrom("PORT", "4000");
const browserChat = portFrom("BROWSER_CHAT_PORT", "5998");
if (chat !== undefined && devtools !== undefined && browserChat !== undefined) {
  buildDevtools();
  const options = ["--port", chat, "--devtools", devtools, "--browser-chat", browserChat, ...process.argv.slice(2)];
  await runExample("chat", options);
}
