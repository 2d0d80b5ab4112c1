// Loaded into a program under test: answers each message with the bytes in use, after a collection. Needs --expose-gc and an IPC channel.
process.on("message", () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ used: heapUsed + arrayBuffers });
});
process.channel?.unref();
