// Takes the server's checks away, one at a time, and sees that a test notices each loss. Works on a copy.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { endChildrenOnSignals, runNode } from "../scripts/processes.mjs";

/** A check, and what its file looks like without it: `without` takes the place of `text`, which is there once. */
interface Mutation {
  readonly check: string;
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

function mutation(check: string, file: string, text: string, without = ""): Mutation {
  return { check, file, text, without };
}

const mutations: readonly Mutation[] = [
  mutation("Host is listed", "web/gate.ts", "!this.#hosts.has(host)", "false"),
  mutation("there is one Host only", "web/gate.ts", "secondHost !== undefined || "),
  mutation("Origin is listed", "web/gate.ts", "!this.#origins.has(origin)", "false"),
  mutation("there is one Origin only", "web/gate.ts", "secondOrigin !== undefined || "),
  mutation("the origin null is on no list", "web/gate.ts", '.filter((origin) => origin !== "null")'),
  mutation("the token is right", "web/gate.ts", "timingSafeEqual(digest(token), this.#tokenDigest)", "true"),
  mutation("the token is a text", "web/gate.ts", 'typeof token === "string" &&', "(token = String(token)) &&"),

  mutation("requests pass the gate", "web/server.ts", "return answerInWords(response, 403, refusal);", "{}"),
  mutation("upgrades pass the gate", "web/server.ts", "return refuseUpgrade(socket, 403, refusal);", "{}"),
  mutation("requests that expect something pass it", "web/server.ts", ', "checkContinue", "checkExpectation"'),
  mutation("no header is dropped in silence", "web/server.ts", "this.#http.maxHeadersCount = 0;"),
  mutation("headers are small", "web/server.ts", "maxHeaderSize: limits.headerBytes,"),
  mutation(
    "headers come in time",
    "web/server.ts",
    "headersTimeout: limits.headerTime,\n      requestTimeout: limits.headerTime,",
  ),
  mutation("connections are bounded", "web/server.ts", "this.#http.maxConnections = limits.connections;"),
  mutation(
    "methods are GET and HEAD",
    "web/server.ts",
    'request.method !== "GET" && request.method !== "HEAD"',
    "false",
  ),
  mutation(
    "a target is a path",
    "web/server.ts",
    'url.startsWith("/") ? url.split("?", 1)[0] : undefined',
    'url.split("?", 1)[0]',
  ),
  mutation("messages are small", "web/route.ts", "maxPayload: limits.messageBytes,"),
  mutation("messages have few fragments", "web/route.ts", "maxFragments: limits.fragments,"),
  mutation("nothing is compressed", "web/route.ts", "perMessageDeflate: false", "perMessageDeflate: true"),
  mutation(
    "the token is not sent back",
    "web/route.ts",
    "offered.has(route.subprotocol) ? route.subprotocol : false",
    "[...offered][0] ?? false",
  ),
  mutation("strangers are bounded", "web/server.ts", "this.#door.isCrowded", "false"),
  mutation("clients are bounded", "web/route.ts", "this.#clients.size >= maxClients", "false"),
  mutation("nothing lingers unless told", "web/server.ts", "if (!settings.linger)", "if (false)"),

  mutation(
    "a hello has its time",
    "web/door.ts",
    "client.close(closeCodes.helloTooLate, `no hello within ${this.#limits.helloTime} ms`);",
  ),
  mutation(
    "the first frame is a hello",
    "web/door.ts",
    "if (introduction === undefined) {",
    'if (introduction === undefined) {\n        enter({ type: "hello", protocol: 1 });\n      } else if (false) {',
  ),
  mutation("a hello has the token", "web/door.ts", "!this.#gate.opensWith(introduction.token)", "false"),
  mutation(
    "a client that is being closed still counts",
    "web/door.ts",
    "      stopWaiting();\n      if (introduction",
    "      leave();\n      if (introduction",
  ),
  mutation(
    "an ended path lets nobody in",
    "web/route.ts",
    "if (this.#ended) return client",
    "if (false) return client",
  ),
  mutation("a hello is short", "web/hello.ts", " || frame.length > MAX_LENGTH"),
  mutation("a subprotocol is that of its path", "web/hello.ts", " || !offered.includes(subprotocol)"),
  mutation(
    "unread bytes are bounded",
    "web/client.ts",
    "this.#socket.bufferedAmount > this.#limits.unsentBytes",
    "false",
  ),
  mutation("a goodbye has its time", "web/client.ts", "() => this.#socket.terminate()", "() => {}"),
  mutation(
    "a fault costs one connection",
    "web/client.ts",
    '      this.close(closeCodes.internalError, "internal error");\n',
    "      throw reason;\n",
  ),

  mutation(
    "a path leads nowhere but down",
    "web/page.ts",
    "segments.every(isServed) ? segments : undefined",
    "segments",
  ),
  mutation(
    "links do not lead out",
    "web/page.ts",
    "if (!file.startsWith((await realpath(directory)) + sep)) return undefined;",
  ),
  mutation(
    "links do not lead to a neighbour",
    "web/page.ts",
    "(await realpath(directory)) + sep",
    "await realpath(directory)",
  ),
  mutation("a file is a file", "web/page.ts", "if (!(await lstat(file)).isFile()) return undefined;"),
  mutation("the page loads nothing foreign", "web/headers.ts", "\"default-src 'none'\",\n"),
  mutation("the page runs no foreign script", "web/headers.ts", "\"script-src 'self'\",\n"),
  mutation(
    "the page connects to its server only",
    "web/headers.ts",
    "`connect-src ws://${host} wss://${host}`",
    '"connect-src *"',
  ),
  mutation("the page is framed by nobody", "web/headers.ts", "\"frame-ancestors 'none'\",\n"),
  mutation("types are not guessed", "web/headers.ts", '"X-Content-Type-Options": "nosniff",\n'),
  mutation("no referrer tells", "web/headers.ts", '"Referrer-Policy": "no-referrer",\n'),
  mutation("no foreign page embeds it", "web/headers.ts", '"Cross-Origin-Resource-Policy": "same-origin",\n'),

  mutation("control is not given unless told", "inspector/serve-inspector.ts", "control = false", "control = true"),
  mutation("viewers are bounded", "inspector/serve-inspector.ts", "maxClients: MAX_VIEWERS", "maxClients: Infinity"),

  mutation("outside addresses need names", "web/options.ts", "hosts.length === 0 && !isLoopback(host)", "false"),
  mutation("a token has 128 bits", "web/options.ts", "{22,256}", "{1,256}"),
  mutation(
    "an address is taken apart",
    "web/hosts.ts",
    "family !== 0 && loopback.check(address,",
    'address.startsWith("127.") || loopback.check(address,',
  ),
];

endChildrenOnSignals();
const root = resolve(import.meta.dirname, "..");
const copy = mkdtempSync(join(tmpdir(), "marketplace-mutations-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));

for (const name of ["packages/node-drivers/src", "packages/node-drivers/test"]) {
  cpSync(join(root, name), join(copy, name), { recursive: true });
}
for (const name of ["node_modules", "packages/runtime"]) symlinkSync(join(root, name), join(copy, name));
writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
const conditions = JSON.stringify(["@marketplace/source", "module", "node", "development|production"]);
writeFileSync(
  join(copy, "vitest.config.js"),
  `export default {
    resolve: { conditions: ${conditions} },
    ssr: { resolve: { conditions: ${conditions} } },
    test: { include: ["packages/node-drivers/test/{web,inspector}/**/*.test.ts"], exclude: ["**/hostile.test.ts"] },
  };`,
);

/** What is read of Vitest's report. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The names of the tests that fail on the copy as it is now; what could not even be loaded counts as nothing noticed. */
async function failingTests(): Promise<readonly string[]> {
  const file = join(copy, "report.json");
  rmSync(file, { force: true });
  const args = ["run", `--root=${copy}`, "--bail=1", "--reporter=json", `--outputFile.json=${file}`];
  const { output } = await runNode(join(root, "node_modules/vitest/vitest.mjs"), args, {
    cwd: copy,
    timeLimit: 120_000,
  });
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    throw new Error(`the tests left no report:\n${output}`);
  }
  const all = report.testResults.flatMap((one) => one.assertionResults);
  const failing = all.filter((one) => one.status === "failed").map((one) => one.fullName);
  const broken = report.testResults.find((one) => one.status === "failed" && one.message !== "");
  if (failing.length === 0 && broken !== undefined) throw new Error(`a test file could not be run: ${broken.message}`);
  if (failing.length === 0 && report.numPassedTests === 0) throw new Error(`no test ran:\n${output}`);
  return failing;
}

const failingBefore = await failingTests();
if (failingBefore.length > 0) throw new Error(`tests fail before anything is taken away: ${failingBefore.join("; ")}`);
let unnoticed = 0;
for (const { check, file, text, without } of mutations) {
  const path = join(copy, "packages/node-drivers/src", file);
  const whole = readFileSync(path, "utf8");
  const places = whole.split(text).length - 1;
  if (places !== 1) throw new Error(`${check}: ${JSON.stringify(text)} is ${places} times in ${file}, not once`);
  writeFileSync(
    path,
    whole.replace(text, () => without),
  );
  const [noticedBy] = await failingTests();
  writeFileSync(path, whole);
  if (noticedBy === undefined) unnoticed += 1;
  console.log(
    `${noticedBy === undefined ? "UNNOTICED" : "noticed  "}  ${check}${noticedBy === undefined ? "" : `  <- ${noticedBy}`}`,
  );
}
console.log(`${mutations.length - unnoticed} of ${mutations.length} missing checks were noticed`);
process.exitCode = unnoticed === 0 ? 0 : 1;
