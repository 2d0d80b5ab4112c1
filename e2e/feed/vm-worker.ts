// Runs a VM in a worker. The page's debugger is at the other end of the port that it sends.
import { groundVm } from "@marketplace/runtime";
import { portChannel } from "@marketplace/runtime/bridge";
import { attachInspector } from "@marketplace/runtime/inspect";
import { boot } from "./clock.ts";

const vm = groundVm(boot);

onmessage = ({ data: port }: MessageEvent<MessagePort>) => {
  attachInspector(vm, portChannel(port), { control: true, target: "a clock in a worker" });
};
