// Domain names as text: without a dot at the end, and "." for the root.

/** The form in which names are compared: DNS takes no notice of the case of ASCII letters, and of no other. */
export function canonical(name: string): string {
  const lower = name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return lower.length > 1 && lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

/** The name without its first label; the root is its own parent. */
export function parentOf(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 || name === "." ? "." : name.slice(dot + 1);
}

/** Is `name` the zone's own name, or below it? Both in canonical form. */
export function isWithin(name: string, zone: string): boolean {
  return zone === "." || name === zone || name.endsWith(`.${zone}`);
}

/** The names from `name` up to `top`, both included. */
export function* upTo(name: string, top: string): Generator<string> {
  for (let each = name; ; each = parentOf(each)) {
    yield each;
    if (each === top || each === ".") return;
  }
}
