import { once } from "node:events";
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** The other end of a connection: a plain socket that collects what comes. */
export class Remote {
  readonly socket: Socket;
  /** What ended it: an error's code, or "closed". Settles when the socket has closed. */
  readonly closed: Promise<string>;
  /** Settles when our end has said all. */
  readonly ended: Promise<void>;
  #heard: Buffer[] = [];
  #look: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    let code = "closed";
    socket.on("error", (error: NodeJS.ErrnoException) => {
      code = error.code ?? error.message;
    });
    this.closed = new Promise((resolve) => socket.on("close", () => resolve(code)));
    this.ended = new Promise((resolve) => socket.on("end", resolve));
    onTestFinished(() => void socket.destroy());
  }

  /** Settles when nothing more comes, whether orderly or not: Node takes some resets for an end. */
  get gone(): Promise<unknown> {
    return Promise.race([this.closed, this.ended]);
  }

  /** Begin to read, and go on. */
  listen(): this {
    this.socket.on("data", (chunk: Buffer) => {
      this.#heard.push(chunk);
      this.#look();
    });
    this.socket.resume();
    return this;
  }

  get bytes(): Buffer {
    if (this.#heard.length > 1) this.#heard = [Buffer.concat(this.#heard)];
    return this.#heard[0] ?? Buffer.alloc(0);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Resolves once what has come satisfies `isEnough`. */
  heard(isEnough: (remote: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (isEnough(this)) resolve();
      };
      this.#look();
    });
  }

  async hears(text: string): Promise<void> {
    await this.heard((remote) => remote.text === text);
  }
}

/** Connect to a listener of ours; it reads from the start unless told otherwise. */
export async function dial(
  port: number,
  options: Partial<NetConnectOpts> & { readonly reads?: boolean } = {},
): Promise<Remote> {
  const { reads = true, ...rest } = options;
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, ...rest } as NetConnectOpts);
  const remote = new Remote(socket);
  if (reads) remote.listen();
  else socket.pause();
  await once(socket, "connect");
  return remote;
}

/** A server for our clients: what it accepts, it hands over. */
export class RemoteServer {
  readonly server: Server;
  readonly #accepted: Remote[] = [];
  readonly #waiting: ((remote: Remote) => void)[] = [];

  private constructor(server: Server) {
    this.server = server;
    server.on("connection", (socket) => {
      const remote = new Remote(socket);
      const next = this.#waiting.shift();
      if (next === undefined) this.#accepted.push(remote);
      else next(remote);
    });
    onTestFinished(() => void server.close());
  }

  static async open(host = "127.0.0.1", port = 0): Promise<RemoteServer> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const made = new RemoteServer(server);
    server.listen(port, host);
    await once(server, "listening");
    return made;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next connection, in the order in which they came. It is paused. */
  accept(): Promise<Remote> {
    const remote = this.#accepted.shift();
    return remote === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(remote);
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
