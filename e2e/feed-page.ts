import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultClientConditions, preview } from "vite";
import type { ServedPage } from "./devtools-page.ts";

const root = fileURLToPath(new URL("feed/", import.meta.url));

/** Builds and serves the pages of `feed/`: a debugger that a worker feeds with events, and one that looks into a VM in its own page. */
export async function serveFeed(): Promise<ServedPage> {
  const directory = await mkdtemp(join(tmpdir(), "marketplace-feed-"));
  const common = { root, configFile: false, logLevel: "warn" } as const;
  await build({
    ...common,
    resolve: { conditions: ["@marketplace/source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: {
      outDir: directory,
      emptyOutDir: true,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: ["index.html", "in-page.html", "worker-vm.html"].map((page) => join(root, page)) },
    },
  });
  const server = await preview({ ...common, build: { outDir: directory }, preview: { host: "127.0.0.1", port: 0 } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("vite preview listens, but says no address");
  const end = async (): Promise<void> => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { url, [Symbol.asyncDispose]: end };
}
