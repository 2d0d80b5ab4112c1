import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWebServer, type WebServer } from "../../src/web/server.ts";
import { readWebOptions } from "../../src/web/options.ts";
import { ask, get, RawWebSocket } from "./raw-client.ts";
import { connectTo, startEcho, token } from "./fixtures.ts";

let folder: string;
let server: WebServer;
let host: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "marketplace-page-"));
  const page = join(folder, "page");
  mkdirSync(join(page, "assets"), { recursive: true });
  mkdirSync(join(folder, "page-of-another"));
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  writeFileSync(join(page, "assets", "app.js"), "export {};");
  writeFileSync(join(page, "assets", "with space & ä.css"), "a{}");
  writeFileSync(join(page, "assets", "empty.txt"), "");
  writeFileSync(join(page, "assets", "data.bin"), Buffer.from([0, 1, 2]));
  writeFileSync(join(page, ".hidden"), "hidden");
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "page-of-another", "secret.txt"), "secret");
  symlinkSync(join(folder, "secret.txt"), join(page, "out.txt"));
  symlinkSync(join(folder, "page-of-another"), join(page, "out"));
  symlinkSync(join(page, "index.html"), join(page, "inside.html"));
  server = await startEcho({ pageDirectory: page });
  host = `Host: 127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("the page", () => {
  test("is served with its content types, to GET and HEAD", async () => {
    const types: readonly [string, string, string][] = [
      ["/", "text/html; charset=utf-8", "<!doctype html><title>page</title>"],
      ["/?a=b", "text/html; charset=utf-8", "<!doctype html><title>page</title>"],
      ["/index.html", "text/html; charset=utf-8", "<!doctype html><title>page</title>"],
      ["/inside.html", "text/html; charset=utf-8", "<!doctype html><title>page</title>"],
      ["/assets/app.js", "text/javascript; charset=utf-8", "export {};"],
      ["/assets/with%20space%20&%20%C3%A4.css", "text/css; charset=utf-8", "a{}"],
      ["/assets/empty.txt", "text/plain; charset=utf-8", ""],
      ["/assets/data.bin", "application/octet-stream", "\0\u0001\u0002"],
    ];
    for (const [path, type, body] of types) {
      const answer = await get(server.port, path);
      expect(answer, path).toMatchObject({ status: 200, body });
      expect(answer?.headers.get("content-type"), path).toBe(type);
      const head = await ask(server.port, `HEAD ${path} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
      expect(head, path).toMatchObject({ status: 200, body: "" });
      expect(head?.headers.get("content-length"), path).toBe(String(body.length));
    }
  });

  test("is the only thing that is served: no path leads out of its directory", async () => {
    const paths = [
      "/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2fsecret.txt", "/.%2e/secret.txt",
      "/%252e%252e/secret.txt", "/..%5csecret.txt", "/..\\secret.txt", "/%c0%ae%c0%ae/secret.txt", "/....//secret.txt", "//etc/passwd",
      "/%2fetc/passwd", "/etc/passwd", "/assets/%00", "/index.html%00.js", "/out.txt", "/out/secret.txt", "/../page-of-another/secret.txt",
      "/.hidden", "/assets/../index.html", "/./index.html", "/assets", "/assets/", "/C:/secret.txt", "/index.html:stream", "/%", "/%zz",
      `/${"a".repeat(5000)}`, "/index.html/", "/index.html/x",
    ]; // prettier-ignore
    for (const path of paths) {
      const answer = await get(server.port, path);
      expect(answer?.status, path).toBe(404);
      expect(answer?.body, path).toBe("There is no such file here.\n");
    }
  });

  test("may run its own scripts, connect to its own WebSockets and be framed by nobody", async () => {
    const answer = await get(server.port, "/");
    const policy = new Map(
      answer?.headers
        .get("content-security-policy")
        ?.split("; ")
        .map((directive) => {
          const [name = "", ...values] = directive.split(" ");
          return [name, values.join(" ")] as const;
        }),
    );
    const own = `127.0.0.1:${server.port}`;
    expect(policy).toEqual(
      new Map([
        ["default-src", "'none'"],
        ["script-src", "'self'"],
        ["worker-src", "'self'"],
        ["style-src", "'self'"],
        ["img-src", "'self' data:"],
        ["connect-src", `ws://${own} wss://${own}`],
        ["frame-ancestors", "'none'"],
        ["base-uri", "'none'"],
        ["form-action", "'none'"],
      ]),
    );
  });

  test("and every other answer forbids sniffing, referrers, caching and embedding", async () => {
    const answers = [
      await get(server.port, "/"),
      await get(server.port, "/nowhere"),
      await get(server.port, "/echo"),
      await get(server.port, "/", ["Host: evil.example"]),
      await ask(server.port, `POST / HTTP/1.1\r\n${host}\r\nContent-Length: 0\r\n\r\n`),
      (await connectTo(server.port, ["Origin: null"])).answer,
    ];
    expect(answers.map((answer) => answer?.status)).toEqual([200, 404, 426, 403, 405, 403]);
    for (const answer of answers) {
      expect(answer?.headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
      expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(answer?.headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  test("that is not built is answered with what to do", async () => {
    for (const pageDirectory of [undefined, join(folder, "nothing-here")]) {
      await using bare = await startEcho({ pageDirectory });
      const answer = await get(bare.port, "/");
      expect(answer).toMatchObject({ status: 503, body: expect.stringContaining("pageDirectory") as unknown });
    }
  });
});

describe("a request", () => {
  const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "QUERY"];

  test("with a wrong Host gets 403 and nothing else, whatever its method, path or expectation", async () => {
    const requests = [
      ...methods.map((method) => `${method} / HTTP/1.1\r\nHost: evil.example`),
      "GET /echo HTTP/1.1\r\nHost: evil.example",
      "GET /nowhere HTTP/1.1\r\nHost: evil.example",
      "GET / HTTP/1.1",
      "GET / HTTP/1.0",
      "POST / HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\nContent-Length: 5",
      "POST / HTTP/1.1\r\nHost: evil.example\r\nExpect: a-miracle\r\nContent-Length: 5",
      `GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: evil.example`,
      "GET /echo HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: h2c",
    ];
    for (const request of requests) expect((await ask(server.port, `${request}\r\n\r\n`))?.status, request).toBe(403);
    expect(await ask(server.port, "CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toBeUndefined();
  });

  test("with a foreign Origin gets 403, whatever its method", async () => {
    for (const method of methods) {
      const answer = await ask(server.port, `${method} / HTTP/1.1\r\n${host}\r\nOrigin: http://evil.example\r\n\r\n`);
      expect(answer?.status, method).toBe(403);
    }
  });

  test("cannot hide its Origin behind thousands of other headers", async () => {
    await using roomy = await startEcho({}, { limits: { headerBytes: 64 * 1024 } });
    const lines = [`Host: 127.0.0.1:${roomy.port}`, ...Array<string>(2500).fill("a:"), "Origin: http://evil.example"];
    const answer = await get(roomy.port, "/", lines);
    expect(answer?.status).toBe(403);
  });

  test("of another method than GET and HEAD gets 405, and its body is not awaited", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const answer = await ask(server.port, `${method} / HTTP/1.1\r\n${host}\r\nContent-Length: 1000000\r\n\r\nx`);
      expect(answer?.status, method).toBe(405);
      expect(answer?.headers.get("allow")).toBe("GET, HEAD");
    }
  });

  test("whose target is no path gets 400", async () => {
    expect((await ask(server.port, `GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\n${host}\r\n\r\n`))?.status).toBe(
      400,
    );
    expect((await ask(server.port, `OPTIONS * HTTP/1.1\r\n${host}\r\n\r\n`))?.status).toBe(405);
  });

  test("for a WebSocket's path gets 426, and an upgrade at any other path 404", async () => {
    expect((await get(server.port, "/echo"))?.status).toBe(426);
    for (const path of ["/", "/echo/", "/ECHO", "//echo", "/%65cho"]) {
      expect((await RawWebSocket.open(server.port, path, [host])).answer.status, path).toBe(404);
    }
  });

  test("that is malformed loses its connection and harms nothing else", async () => {
    const upgrade = `GET /echo HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\n`;
    const requests: readonly [string, number | undefined][] = [
      ["\0\0\0\0\r\n\r\n", 400],
      ["GET\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\n${host}\r\nno colon\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}\r\nX: a\0b\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}\r\nX: ${"a".repeat(8200)}\r\n\r\n`, 431],
      [`GET /${"a".repeat(8200)} HTTP/1.1\r\n${host}\r\n\r\n`, 431],
      [`${upgrade}Upgrade: h2c\r\n\r\n`, 400],
      [`${upgrade}Upgrade: websocket\r\n\r\n`, 400],
      [`${upgrade}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n`, 400],
      [
        `${upgrade}Upgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
        400,
      ],
      [
        `${upgrade.replace("GET", "POST")}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
        405,
      ],
      [
        `${upgrade}Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: a,,b\r\n\r\n`,
        400,
      ],
    ];
    for (const [request, status] of requests) expect((await ask(server.port, request))?.status, request).toBe(status);
    expect((await get(server.port, "/"))?.status).toBe(200);
  });
});

test("a client that sends its headers slowly, or nothing at all, is cut off, and others are served meanwhile", async () => {
  await using slow = await startEcho({}, { limits: { headerTime: 200 } });
  const silent = connect(slow.port, "127.0.0.1");
  const dripping = connect(slow.port, "127.0.0.1");
  const gone = Promise.all(
    [silent, dripping].map((socket) => new Promise((resolve) => socket.on("error", () => {}).on("close", resolve))),
  );
  silent.resume();
  dripping.resume();
  dripping.write("GET / HTTP/1.1\r\n");
  const drip = setInterval(() => dripping.write("X: y\r\n"), 20);
  expect((await get(slow.port, "/"))?.status).toBe(503);
  await gone;
  clearInterval(drip);
});

test("more connections than the server may have are closed as they come", async () => {
  await using small = await startEcho({}, { limits: { connections: 2 } });
  const held = [connect(small.port, "127.0.0.1"), connect(small.port, "127.0.0.1")];
  for (const socket of held) socket.on("error", () => {});
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  expect(await get(small.port, "/")).toBeUndefined();
  for (const socket of held) socket.destroy();
  await expect.poll(async () => (await get(small.port, "/"))?.status).toBe(503);
});

describe("openWebServer(settings)", () => {
  test("binds the address that it was told and no other", async () => {
    await using other = await startEcho({ host: "127.0.0.2" });
    expect(other.url).toBe(`http://127.0.0.2:${other.port}/`);
    const refused = connect(other.port, "127.0.0.1");
    const outcome = await new Promise((resolve) => refused.on("connect", resolve).on("error", resolve));
    expect(outcome).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("rejects with EADDRINUSE and names the port that is in use", async () => {
    const occupant = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => occupant.once("listening", resolve));
    const { port } = occupant.address() as AddressInfo;
    await expect(openWebServer(readWebOptions("serve", { port }))).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: `serve: port ${port} of 127.0.0.1 is in use; pass another one, or 0 for any that is free`,
    });
    occupant.close();
  });

  test("admits the hosts and origins that it was told, and those only", async () => {
    await using named = await startEcho({
      host: "0.0.0.0",
      allowedHosts: ["dev.example", "tls.example:443"],
      allowedOrigins: ["https://pages.example"],
    });
    expect(named.url).toBe(`http://dev.example:${named.port}/`);
    const status = async (...lines: string[]): Promise<number | undefined> =>
      (await get(named.port, "/", lines))?.status;
    expect(await status(`Host: dev.example:${named.port}`, "Origin: https://pages.example")).toBe(503);
    expect(await status("Host: tls.example", "Origin: https://tls.example")).toBe(503);
    expect(await status(`Host: 127.0.0.1:${named.port}`)).toBe(403);
    expect(await status(`Host: dev.example:${named.port}`, "Origin: http://pages.example")).toBe(403);
  });

  test("keeps the token out of its address and its pages", async () => {
    expect(server.url).not.toContain(token);
    for (const path of ["/", "/nowhere", "/echo"]) {
      expect(JSON.stringify([...((await get(server.port, path))?.headers ?? [])])).not.toContain(token);
    }
  });
});
