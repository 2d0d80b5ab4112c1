/** What an expression gives in another realm: a new context in Node, an iframe in a browser. */
export async function inAnotherRealm<T>(expression: string): Promise<T> {
  if (typeof document === "undefined") {
    const name = "node:vm";
    const vm = (await import(/* @vite-ignore */ name)) as typeof import("node:vm");
    return vm.runInNewContext(`(${expression})`) as T;
  }
  const frame = document.createElement("iframe");
  document.body.append(frame);
  // Left in the page: what comes from a removed frame may stop working.
  return (frame.contentWindow as unknown as { eval: (code: string) => T }).eval(`(${expression})`);
}

/** A second copy of a module of terms, as a page gets it that loads the package twice. */
export async function secondCopy<T>(module: string): Promise<T> {
  return (await import(/* @vite-ignore */ `../../src/terms/${module}.ts?second`)) as T;
}
