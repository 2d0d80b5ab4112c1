import { createRequire } from "node:module";
import { dirname } from "node:path";

/** @returns the directory of the built page that comes with @marketplace/devtools; undefined where that is not installed or not built */
export function builtPageDirectory(): string | undefined {
  try {
    // Of a package that is installed beside this one, or not at all: nothing of it is imported.
    return dirname(createRequire(import.meta.url).resolve("@marketplace/devtools/app/index.html"));
  } catch {
    return undefined;
  }
}
