// A page that runs a VM, and opens a debugger on it with one line.
import {
  ANY,
  groundVm,
  publisher,
  sendMessage,
  setTimer,
  spawn,
  subscriber,
  timerDriver,
  timerExpired,
  transition,
} from "@marketplace/runtime";
import { openDebugger } from "@marketplace/devtools";

/** Says a number, and a little later the next one. */
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

const vm = groundVm(() => [timerDriver(), spawn(clock, { name: "clock" }), spawn(listener, { name: "listener" })]);

openDebugger(vm);
