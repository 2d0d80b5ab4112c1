/** One port, or all from the first to the second of a pair. */
export type PortOrRange = number | readonly [from: number, to: number];

/** Which ports a rule is about. */
export type Ports = number | readonly PortOrRange[];

/** @returns the ranges that are meant, or undefined where that is no set of ports */
export function readPorts(ports: unknown): readonly (readonly [number, number])[] | undefined {
  const all: readonly unknown[] = Array.isArray(ports) ? ports : [ports];
  const ranges = all.map((one): readonly unknown[] => (Array.isArray(one) ? one : [one, one]));
  return ranges.length > 0 && ranges.every(isRange) ? ranges : undefined;
}

function isRange(range: readonly unknown[]): range is readonly [number, number] {
  const [from, to] = range;
  return range.length === 2 && isPort(from) && isPort(to) && from <= to;
}

export function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535;
}
