/** A chat client in a web page: it joins the room of `npm run example -- chat` through a bridge. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeHost, serveBridge } from "@marketplace/node-drivers";
import { groundVm } from "@marketplace/runtime";
import { build, defaultClientConditions } from "vite";
import { connectOptions } from "../connect-options.ts";

const { host, port } = connectOptions("chat-page", 5999);
const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end.abort());

const pageDirectory = await mkdtemp(join(tmpdir(), "marketplace-chat-page-"));
try {
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "warn",
    base: "./",
    resolve: { conditions: ["@marketplace/source", ...defaultClientConditions] },
    build: {
      outDir: pageDirectory,
      emptyOutDir: true,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const vm = groundVm(() => null, { host: nodeHost(), signal: end.signal, linger: true });
  // The page may join that room, and nothing else.
  const served = await serveBridge(vm, { port: 0, pageDirectory, policy: [{ op: "connect", host, ports: port }] });
  const room = new URLSearchParams({ host, port: String(port) });
  console.log(`chat-page: http://127.0.0.1:${served.port}/?${room}#token=${served.token}`);
  await vm.ended;
} finally {
  await rm(pageDirectory, { recursive: true, force: true });
}
