import type { Endpoint } from "../vm/endpoint.ts";
import type { Process } from "../vm/process.ts";
import type { Vm } from "../vm/vm.ts";
import type { EndpointKey, ProcessPath, VmPath } from "./events.ts";

// The names that viewers use for processes, VMs and endpoints, and the way back from names to what is alive.

export function processPath(process: Process): ProcessPath {
  const pid = process.pid < 0 ? "outside" : String(process.pid);
  const { self } = process.vm;
  return self === null ? pid : `${processPath(self)}.${pid}`;
}

export function endpointKey(path: ProcessPath, endpoint: Endpoint): EndpointKey {
  return `${path}:${endpoint.sequence}`;
}

/** The live process of that name. */
export function findProcess(root: Vm, path: ProcessPath): Process | undefined {
  let vm: Vm | null = root;
  let process: Process | undefined;
  for (const pid of path.split(".")) {
    process = vm?.processes.get(Number(pid));
    if (process === undefined) return undefined;
    vm = process.inner;
  }
  return process;
}

/** The live VM of that name. */
export function findVm(root: Vm, path: VmPath): Vm | undefined {
  return path === "" ? root : (findProcess(root, path)?.inner ?? undefined);
}

/** The path of the VM that a process lives in. */
export function vmOf(process: ProcessPath): VmPath {
  return process.slice(0, Math.max(0, process.lastIndexOf(".")));
}

/** The path of the VM in which an endpoint at this level takes part. */
export function vmAtLevel(process: ProcessPath, level: number): VmPath {
  let vm = vmOf(process);
  for (let i = 0; i < level; i++) vm = vmOf(vm);
  return vm;
}
