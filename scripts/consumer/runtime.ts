// What a user writes first: one process speaks, another one listens, and the VM ends when there is no more to do.
// Prints: hello from pid 1
import { groundVm, publisher, quit, sendMessage, spawn, subscriber, ANY } from "@marketplace/runtime";

declare const console: { log(text: string): void };

const listener = spawn(() =>
  subscriber(["greeting", ANY], {
    onMessage: ([, text]) => {
      if (typeof text === "string") console.log(text);
      return quit();
    },
  }),
);

const speaker = spawn((pid) =>
  publisher(["greeting", ANY], {
    onPresence: () => [sendMessage(["greeting", `hello from pid ${pid}`]), quit()],
  }),
);

await groundVm(() => [speaker, listener]).ended;
