import type { ReadStream } from "node:fs";
import { constants, lstat, open, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";

/** A file that may be served. */
export interface PageFile {
  readonly bytes: number;
  readonly contentType: string;
  /** Its content, to be read once or destroyed. */
  readonly content: ReadStream;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/**
 * The names on the way from the served directory to a file.
 *
 * @param path the path of a request, undecoded and without its query
 * @returns undefined for a path that names nothing we serve: one that cannot be decoded, leads upwards, names a hidden file, or
 *   has in it what some system takes for a separator, a drive or an end
 */
function segmentsOf(path: string): readonly string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const segments = decoded.replace(/^\//, "").split("/");
  if (segments.at(-1) === "") segments[segments.length - 1] = "index.html";
  return segments.every(isServed) ? segments : undefined;
}

function isServed(segment: string): boolean {
  return segment !== "" && !segment.startsWith(".") && !/[\\:\0]/.test(segment);
}

/**
 * Opens a file below a directory. Symbolic links are followed, but not out of the directory.
 *
 * @param directory an absolute path
 * @param path the path of a request, undecoded and without its query
 * @returns undefined where there is no such file, or it is not ours to serve
 */
export async function openPageFile(directory: string, path: string): Promise<PageFile | undefined> {
  const segments = segmentsOf(path);
  if (segments === undefined) return undefined;
  try {
    const file = await realpath(join(directory, ...segments));
    if (!file.startsWith((await realpath(directory)) + sep)) return undefined;
    // Opening a pipe or a device would wait for ever.
    if (!(await lstat(file)).isFile()) return undefined;
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const { size } = await handle.stat();
    const contentType = contentTypes[extname(file).toLowerCase()] ?? "application/octet-stream";
    // What is announced is sent, even if the file grows meanwhile.
    return { bytes: size, contentType, content: handle.createReadStream({ start: 0, end: Math.max(0, size - 1) }) };
  } catch {
    // Not there, not readable, a name too long: to a client all the same.
    return undefined;
  }
}
