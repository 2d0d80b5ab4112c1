import type { Orientation } from "../../src/model/role.ts";
import type { Term } from "../../src/terms/term.ts";
import { Endpoint, EndpointTable } from "../../src/vm/endpoint.ts";
import type { Process } from "../../src/vm/process.ts";

/** Makes endpoints as a VM does, without a VM: routing knows of a process only who it is, and its PID. */
export class Population {
  readonly processes: readonly Process[];
  #sequence = 0;

  constructor(pids: readonly number[] = [0, 1, 2, 3]) {
    this.processes = pids.map((pid) => ({ pid, endpoints: new EndpointTable() }) as Process);
  }

  endpoint(orientation: Orientation, topic: Term, index = 0): Endpoint {
    const sequence = this.#sequence++;
    const process = this.processes[index % this.processes.length] as Process;
    const endpoint = new Endpoint(
      process,
      sequence,
      { orientation, topic, interestType: "participant" },
      sequence,
      null,
    );
    process.endpoints.add(endpoint);
    return endpoint;
  }
}
