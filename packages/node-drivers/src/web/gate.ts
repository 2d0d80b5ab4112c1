import { createHash, timingSafeEqual } from "node:crypto";

/** What a server's gate lets in. The lists hold whole header values; nothing in them is a pattern. */
export interface GateLists {
  /** Values of the `Host` header: `127.0.0.1:4000`. */
  readonly hosts: readonly string[];
  /** Values of the `Origin` header: `http://127.0.0.1:4000`. */
  readonly origins: readonly string[];
  /** The secret that each client has to know. */
  readonly token: string;
}

/**
 * Decides who may talk to a server that can stop, inspect and command a program. Every request passes the first two checks before
 * anything else is looked at, and every WebSocket the third before anything is sent to it:
 *
 * 1. `Host` names this server. A page whose name was pointed at our address (DNS rebinding) still sends its own name here.
 * 2. `Origin`, where there is one, is on its list. Any page may open a WebSocket to any server; the browser tells which page did.
 *    It is never compared with `Host`: after a rebinding the two agree.
 * 3. The token is right. Programs send what headers they like, so they need it as much as pages do.
 *
 * It keeps no state and has no effects.
 */
export class Gate {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #tokenDigest: Buffer;

  constructor({ hosts, origins, token }: GateLists) {
    this.#hosts = new Set(hosts);
    // Sandboxed frames, local files and some redirects say "null": nobody in particular, so it can be on no list.
    this.#origins = new Set(origins.filter((origin) => origin !== "null"));
    this.#tokenDigest = digest(token);
  }

  /**
   * Checks 1 and 2, for every method and for upgrades.
   *
   * @param rawHeaders names and values in turn, as they came: Node's parsed headers keep only the first of two `Host` lines
   * @returns why the request is to be answered with 403, or undefined if it may pass
   */
  refuses(rawHeaders: readonly string[]): string | undefined {
    const [host, secondHost] = valuesOf("host", rawHeaders);
    if (host === undefined || secondHost !== undefined || !this.#hosts.has(host)) {
      return "The Host header does not name this server. Other names have to be listed in the option allowedHosts.";
    }
    const [origin, secondOrigin] = valuesOf("origin", rawHeaders);
    if (origin === undefined) return undefined;
    if (secondOrigin !== undefined || !this.#origins.has(origin)) {
      return "Pages of this origin may not use this server. Other origins have to be listed in the option allowedOrigins.";
    }
    return undefined;
  }

  /** Check 3. The time it takes tells nothing about the token: what is compared are digests, whole. */
  opensWith(token: unknown): boolean {
    return typeof token === "string" && timingSafeEqual(digest(token), this.#tokenDigest);
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function valuesOf(name: string, rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
