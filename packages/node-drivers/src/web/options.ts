import { isIP } from "node:net";
import { resolve } from "node:path";
import { badArgument, type MarketplaceError } from "@marketplace/runtime";
import { isLoopback, isOrigin, parseHostEntry, type HostEntry } from "./hosts.ts";
import { isToken, newToken } from "./token.ts";

/** Where a server listens and whom it admits. */
export interface WebOptions {
  /** The port to listen on; 0 picks a free one. 4000 unless told otherwise. */
  readonly port?: number | undefined;
  /**
   * The IP address to bind, 127.0.0.1 unless told otherwise. Any address that is not a loopback address needs `allowedHosts`, and
   * sends everything over the network in clear.
   */
  readonly host?: string | undefined;
  /**
   * Names, beside the loopback address it is bound to, under which browsers may address the server: `dev.example`,
   * `dev.example:443`, `[fd00::1]`. Without a port the server's own is meant. Compared whole: there are no wildcards.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins, beside the server's own, whose pages may connect: `https://dev.example`. Compared whole. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * The secret that clients have to know: 22 to 256 characters of base64url. A new one of 256 bits unless told otherwise; with that of
   * {@link keptToken} pages stay connected across restarts.
   */
  readonly token?: string | undefined;
  /** The directory of a built page to serve. For a debugger, that of @marketplace/devtools, if it is installed, unless told otherwise. */
  readonly pageDirectory?: string | undefined;
  /** Keep the program alive for the server's sake? Not unless told. */
  readonly linger?: boolean | undefined;
}

/** All of them. */
export const webOptionNames: readonly (keyof WebOptions)[] = [
  "port",
  "host",
  "allowedHosts",
  "allowedOrigins",
  "token",
  "pageDirectory",
  "linger",
];

/** Checked options. */
export interface WebSettings {
  /** The function whose options these were, for messages. */
  readonly caller: string;
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly HostEntry[];
  readonly allowedOrigins: readonly string[];
  readonly token: string;
  readonly pageDirectory: string | undefined;
  /** What is answered where there is no page. */
  readonly pageMissing: string;
  readonly linger: boolean;
}

/**
 * Checks options.
 *
 * @param caller the function whose options they are
 * @param pageMissing what is answered where there is no page
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function readWebOptions(
  caller: string,
  options: WebOptions,
  pageMissing = "No page is served here. The option pageDirectory names the directory of one.",
): WebSettings {
  const bad = (name: string, expected: string, came: unknown): MarketplaceError =>
    badArgument(`${caller}: ${name}`, expected, came);
  const {
    port = 4000,
    host = "127.0.0.1",
    allowedHosts = [],
    allowedOrigins = [],
    pageDirectory,
    linger = false,
  } = options;
  const { token = newToken() } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw bad("port", "an integer from 0 to 65535", port);
  if (typeof host !== "string" || isIP(host) === 0) throw bad("host", "an IP address such as 127.0.0.1 or ::1", host);
  if (!isListOfTexts(allowedHosts)) throw bad("allowedHosts", "an array of strings", allowedHosts);
  if (!isListOfTexts(allowedOrigins)) throw bad("allowedOrigins", "an array of strings", allowedOrigins);
  const hosts = allowedHosts.map((text) => {
    const entry = parseHostEntry(text);
    if (entry === undefined)
      throw bad("allowedHosts", "hosts such as dev.example or dev.example:443, in lower case", text);
    return entry;
  });
  if (hosts.length === 0 && !isLoopback(host)) {
    const expected = `the names by which browsers will call the server, as ${host} is no loopback address`;
    throw bad("allowedHosts", expected, allowedHosts);
  }
  for (const origin of allowedOrigins) {
    if (!isOrigin(origin)) throw bad("allowedOrigins", "origins such as https://dev.example, never null", origin);
  }
  if (!isToken(token)) {
    // What came may be a secret all the same.
    throw bad("token", "22 to 256 characters of base64url, which are 128 bits or more", `(a ${typeof token})`);
  }
  if (pageDirectory !== undefined && typeof pageDirectory !== "string")
    throw bad("pageDirectory", "a path", pageDirectory);
  if (typeof linger !== "boolean") throw bad("linger", "a boolean", linger);
  return {
    caller,
    port,
    host,
    allowedHosts: hosts,
    allowedOrigins,
    token,
    pageDirectory: pageDirectory === undefined ? undefined : resolve(pageDirectory),
    pageMissing,
    linger,
  };
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
