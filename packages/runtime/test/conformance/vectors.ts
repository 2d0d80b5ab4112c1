/// <reference types="vite/client" />

const files = import.meta.glob("../../../../conformance/**/*.json", { eager: true, import: "default" });

/** The project's conformance vectors by file name, as they were read. */
export const vectors: readonly (readonly [file: string, json: unknown])[] = Object.entries(files).map(
  ([path, json]) => [path.slice(path.indexOf("conformance/") + "conformance/".length), json],
);
