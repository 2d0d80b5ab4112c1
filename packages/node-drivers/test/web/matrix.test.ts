import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebServer } from "../../src/web/server.ts";
import { frame, RawWebSocket } from "./raw-client.ts";
import { hello, startEcho, token } from "./fixtures.ts";

let server: WebServer;
beforeAll(async () => {
  server = await startEcho();
});
afterAll(() => server.close());

/** Header lines, and whether they are those of a client that may come in. */
type Choice = readonly [lines: readonly string[], allowed: boolean];

function hosts(port: number): Choice[] {
  const good = [`127.0.0.1:${port}`, `localhost:${port}`];
  const bad = [
    "", "127.0.0.1", "localhost", `127.0.0.1:${port + 1}`, `LOCALHOST:${port}`, `localhost.:${port}`, `127.0.0.1.:${port}`, `127.1:${port}`,
    `0x7f.0.0.1:${port}`, `0177.0.0.1:${port}`, `2130706433:${port}`, `[::1]:${port}`, `[::ffff:127.0.0.1]:${port}`, `0.0.0.0:${port}`,
    `127.0.0.2:${port}`, "evil.example", `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `localhost.evil.example:${port}`,
    `localhost6:${port}`, `127.0.0.1:0${port}`, `http://127.0.0.1:${port}`, `127.0.0.1:${port}/`, `user@127.0.0.1:${port}`,
    `127.0.0.1:${port}@evil.example`, `evil.example#127.0.0.1:${port}`, `127.0.0.1:${port}, evil.example`,
  ]; // prettier-ignore
  return [
    ...good.map((host): Choice => [[`Host: ${host}`], true]),
    ...bad.map((host): Choice => [[`Host: ${host}`], false]),
    [[], false],
    [[`Host: 127.0.0.1:${port}`, "Host: evil.example"], false],
    [["Host: evil.example", `Host: 127.0.0.1:${port}`], false],
  ];
}

function origins(port: number): Choice[] {
  const good = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const bad = [
    "", "null", "NULL", `https://127.0.0.1:${port}`, "http://127.0.0.1", `http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port}/`,
    `HTTP://127.0.0.1:${port}`, "http://evil.example", `http://evil.example:${port}`, `http://127.0.0.1:${port}.evil.example`,
    `http://127.0.0.1:${port} http://evil.example`, "file://", "chrome-extension://abcdefghijklmnop",
  ]; // prettier-ignore
  return [
    [[], true],
    ...good.map((origin): Choice => [[`Origin: ${origin}`], true]),
    ...bad.map((origin): Choice => [[`Origin: ${origin}`], false]),
    [[`Origin: http://127.0.0.1:${port}`, "Origin: http://evil.example"], false],
  ];
}

/** How a client says which token it knows. */
interface Knowledge {
  readonly what: string;
  readonly allowed: boolean;
  readonly path?: string;
  readonly lines?: readonly string[];
  readonly first?: Buffer;
}

const wrong = `${token.slice(0, -1)}A`;
const knowledge: readonly Knowledge[] = [
  { what: "the token in the first frame", allowed: true, first: hello() },
  {
    what: "the token as a subprotocol",
    allowed: true,
    lines: [`Sec-WebSocket-Protocol: marketplace.echo.1, token.${token}`],
  },
  { what: "another token in the first frame", allowed: false, first: hello({ token: wrong }) },
  {
    what: "another token as a subprotocol",
    allowed: false,
    lines: [`Sec-WebSocket-Protocol: marketplace.echo.1, token.${wrong}`],
  },
  { what: "no token", allowed: false, first: hello({}) },
  { what: "the token in the query string", allowed: false, path: `/echo?token=${token}`, first: hello({}) },
  { what: "the token in a list", allowed: false, first: hello({ token: [token] }) },
];

/** What a client got to see of the server. */
async function visit(host: Choice, origin: Choice, { path = "/echo", lines = [], first }: Knowledge): Promise<string> {
  const client = await RawWebSocket.open(server.port, path, [...host[0], ...origin[0], ...lines]);
  if (client.answer.status !== 101) {
    client.drop();
    return `HTTP ${client.answer.status}`;
  }
  if (first !== undefined) client.send(first, frame("anyone?"));
  const heard = await client.next();
  client.drop();
  return heard.type === "closed" ? `closed with ${heard.code}` : heard.data;
}

test("of every Host x Origin x token sent on a raw socket, a server lets in exactly the listed ones with the right token", async () => {
  const cases = hosts(server.port).flatMap((host) =>
    origins(server.port).flatMap((origin) => knowledge.map((known) => ({ host, origin, known }))),
  );
  expect(hosts(server.port).length).toBeGreaterThanOrEqual(24);
  expect(origins(server.port).length).toBeGreaterThanOrEqual(12);
  const surprises: string[] = [];
  let entered = 0;
  const queue = cases.values();
  const work = async (): Promise<void> => {
    for (const { host, origin, known } of queue) {
      const outcome = await visit(host, origin, known);
      const expected = host[1] && origin[1] ? (known.allowed ? "welcome" : "closed with 4401") : "HTTP 403";
      if (outcome === "welcome") entered += 1;
      if (outcome !== expected) {
        surprises.push(
          `${JSON.stringify([...host[0], ...origin[0]])}, ${known.what}: expected ${expected}, got ${outcome}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(surprises).toEqual([]);
  expect(entered).toBe(2 * 3 * 2);
}, 60_000);
