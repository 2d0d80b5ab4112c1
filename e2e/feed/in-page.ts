// A page that runs a VM, and opens a debugger on it with one line.
import { groundVm } from "@marketplace/runtime";
import { openDebugger } from "@marketplace/devtools";
import { boot } from "./clock.ts";

const vm = groundVm(boot);

openDebugger(vm);
