import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { badArgument } from "@marketplace/runtime";
import { isToken, newToken } from "./token.ts";

/**
 * A token that stays the same from one run of a program to the next, so that a page that is open finds the program again after a restart:
 * `serveInspector(vm, { token: keptToken("chat") })`.
 *
 * It is kept in a file that only the present user may read. A file that others could have read or written is not believed, but replaced.
 * Where none can be kept, a warning on stderr says so, and the token is good for this run.
 *
 * @param name of the program, or of what else is to have a token of its own: 1 to 64 letters, digits, `-`, `_` or `.`, and no `.` first
 * @param directory where its file is: if left out, `marketplace` in the user's directory for state (`$XDG_STATE_HOME`, `~/.local/state`,
 *   on Windows `%LOCALAPPDATA%`)
 * @returns 256 random bits in base64url
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function keptToken(name: string, directory?: string): string {
  if (typeof name !== "string" || !/^(?!\.)[\w.-]{1,64}$/.test(name)) {
    throw badArgument("keptToken: name", "1 to 64 letters, digits, -, _ or ., with no . first", name);
  }
  if (directory !== undefined && typeof directory !== "string") {
    throw badArgument("keptToken: directory", "a path", directory);
  }
  try {
    const place = directory ?? stateDirectory();
    const file = join(place, `${name}.token`);
    return read(file) ?? write(place, file);
  } catch (error) {
    const why = (error as Error).message;
    console.error(`marketplace: the token of ${name} cannot be kept, a restart will need a new one: ${why}`);
    return newToken();
  }
}

function stateDirectory(): string {
  const { LOCALAPPDATA: local, XDG_STATE_HOME: state } = process.env;
  if (process.platform === "win32" && local !== undefined) return join(local, "marketplace");
  return join(state !== undefined && isAbsolute(state) ? state : join(homedir(), ".local", "state"), "marketplace");
}

/** @returns undefined where there is none, or one that is not to be believed */
function read(file: string): string | undefined {
  let handle: number;
  try {
    // A link could lead anywhere, and to open a pipe could take for ever.
    handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    const status = fstatSync(handle);
    const user = process.getuid?.();
    if (!status.isFile() || (user !== undefined && (status.uid !== user || (status.mode & 0o077) !== 0)))
      return undefined;
    const bytes = Buffer.alloc(512);
    const text = bytes.toString("latin1", 0, readSync(handle, bytes)).trimEnd();
    return isToken(text) ? text : undefined;
  } finally {
    closeSync(handle);
  }
}

function write(directory: string, file: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const token = newToken();
  // It is whole before it has its name: another program may be about to read it.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${token}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
  return token;
}
