import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeHost, serveBridge } from "@marketplace/node-drivers";
import { groundVm } from "@marketplace/runtime";
import { build, defaultClientConditions } from "vite";

/** A page that serves TCP through a bridge of this process. */
export interface TabPage extends AsyncDisposable {
  /** Its address, token and all. */
  readonly address: string;
  /** The ports on which it has listened: one for each time that it was opened. */
  readonly ports: readonly number[];
}

/** Builds the page and serves it, with a bridge over which it may listen. */
export async function serveTab(): Promise<TabPage> {
  const pageDirectory = await mkdtemp(join(tmpdir(), "marketplace-tab-"));
  await build({
    root: fileURLToPath(new URL("tab/", import.meta.url)),
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@marketplace/source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: { outDir: pageDirectory, emptyOutDir: true },
  });
  const vm = groundVm(() => null, { host: nodeHost(), linger: true });
  const ports: number[] = [];
  const served = await serveBridge(vm, {
    port: 0,
    pageDirectory,
    policy: [{ op: "listen", host: "127.0.0.1", ports: 0 }],
    // A crowd comes at once.
    opens: 1000,
    onListening: ({ port }) => ports.push(port),
  });
  const end = async (): Promise<void> => {
    await vm.stop();
    await served.close();
    await rm(pageDirectory, { recursive: true, force: true });
  };
  return { address: `http://127.0.0.1:${served.port}/#${served.token}`, ports, [Symbol.asyncDispose]: end };
}
