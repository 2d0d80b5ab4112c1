// A program that does a little of everything, for the tests of MARKETPLACE_LOG.
import { ANY, groundVm, publisher, quit, sendMessage, spawn, subscriber } from "@marketplace/runtime";
import { nodeHost } from "../src/host.ts";

groundVm(
  () => [
    spawn(() => subscriber(["greeting", ANY]), { name: "hearer\nof greetings" }),
    spawn(() => [publisher(["greeting", ANY]), sendMessage(["greeting", "hello"]), quit({ reason: "tired" })], {
      name: "speaker",
    }),
    spawn(
      () => {
        throw new Error("no luck");
      },
      { name: "unlucky" },
    ),
  ],
  { host: nodeHost(), onWarning: () => {} },
);
