import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Duplex } from "node:stream";
import { securityHeaders } from "./headers.ts";
import { openPageFile } from "./page.ts";

/** Answers with a sentence, and closes the connection: whatever else comes on it was meant for another answer. */
export function answerInWords(
  response: ServerResponse,
  status: number,
  words: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `${words}\n`;
  response.writeHead(status, {
    ...securityHeaders(),
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    Connection: "close",
    ...headers,
  });
  response.end(body);
}

/** The same for a request to become a WebSocket, for which Node makes no response object. */
export function refuseUpgrade(socket: Duplex, status: number, words: string): void {
  const body = `${words}\n`;
  const headers = {
    ...securityHeaders(),
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once("finish", () => socket.destroy());
  // Unread bytes would turn the end into a reset, which can overtake the answer.
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}

/**
 * Answers a GET or HEAD with a file of the page.
 *
 * @param directory of the page, if there is one
 * @param path of the request, undecoded and without its query
 * @param missing what to say where there is no page
 */
export async function answerWithPage(
  request: IncomingMessage,
  response: ServerResponse,
  directory: string | undefined,
  path: string,
  missing: string,
): Promise<void> {
  const file = directory === undefined ? undefined : await openPageFile(directory, path);
  if (file === undefined) {
    if (path === "/") answerInWords(response, 503, missing);
    else answerInWords(response, 404, "There is no such file here.");
    return;
  }
  response.writeHead(200, {
    ...securityHeaders(request.headers.host),
    "Content-Type": file.contentType,
    "Content-Length": file.bytes,
  });
  if (request.method === "HEAD") {
    file.content.destroy();
    response.end();
  } else {
    // A client that goes away in the middle is no fault.
    pipeline(file.content, response, () => {});
  }
}
