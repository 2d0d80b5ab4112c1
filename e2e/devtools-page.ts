import { fileURLToPath } from "node:url";
import { preview } from "vite";

const root = fileURLToPath(new URL("../packages/devtools/", import.meta.url));

/** Where Vite finds the devtools page. */
export const devtools = { root, configFile: `${root}vite.config.ts` };

/** The devtools page as it is shipped, on a free port of this machine. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
}

/** Serves the built devtools page. */
export async function serveDevtools(): Promise<ServedPage> {
  const server = await preview({ ...devtools, logLevel: "warn", preview: { host: "127.0.0.1", port: 0 } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("vite preview listens, but says no address");
  return { url, [Symbol.asyncDispose]: () => server.close() };
}
