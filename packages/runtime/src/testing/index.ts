// What tests of programs and drivers are written with.
export {
  driverKit,
  type Answering,
  type DriverCheck,
  type DriverUnderTest,
  type Failing,
  type Flood,
  type Opening,
} from "./driver-kit.ts";
export { FakeHost } from "./fake-host.ts";
export { seededRandom } from "./random.ts";
export { simulate, type Simulation } from "./simulate.ts";
