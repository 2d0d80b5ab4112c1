// As much of the types of peers without any as the benchmarks use.
declare module "qlobber" {
  export class Qlobber<Value> {
    constructor(options: { separator: string; wildcard_one: string; wildcard_some: string });
    add(topic: string, value: Value): void;
    match(topic: string): Value[];
  }
}

declare module "@maximegris/node-websockify" {
  export default function initWsServer(options: { source: string; target: string }): void;
}
