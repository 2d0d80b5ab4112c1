// A program for pages and workers: it says a number, and a little later the next one.
import {
  ANY,
  publisher,
  sendMessage,
  setTimer,
  spawn,
  subscriber,
  timerDriver,
  timerExpired,
  transition,
  type ActionTree,
} from "@marketplace/runtime";

const clock = () =>
  transition(
    0,
    publisher(["tick", ANY]),
    publisher(setTimer("next", ANY, ANY)),
    subscriber(timerExpired("next", ANY), {
      onMessage: (_, count: number) =>
        transition(count + 1, sendMessage(["tick", count + 1]), sendMessage(setTimer("next", 50, "relative"))),
    }),
    sendMessage(setTimer("next", 50, "relative")),
  );

const listener = () => subscriber(["tick", ANY], { onMessage: () => [] });

export function boot(): ActionTree<unknown> {
  return [timerDriver(), spawn(clock, { name: "clock" }), spawn(listener, { name: "listener" })];
}
