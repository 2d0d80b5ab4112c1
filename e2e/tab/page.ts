// A page whose worker serves TCP: the fragment of its address is the token.
const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window
worker.postMessage({ url: `ws://${location.host}/bridge`, token: location.hash.slice(1) });
