import { devtools } from "./devtools-page.ts";
import { build } from "vite";

/** Builds once, before any worker starts, what all stories are told on. */
export default async function buildAll(): Promise<void> {
  await build({ ...devtools, logLevel: "warn" });
}
