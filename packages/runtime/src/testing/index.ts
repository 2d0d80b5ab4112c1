// What tests of programs and drivers are written with.
export { FakeHost } from "./fake-host.ts";
export { seededRandom } from "./random.ts";
export { simulate, type Simulation } from "./simulate.ts";
