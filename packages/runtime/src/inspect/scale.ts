import { fieldOf, isBytes, isPlainObject, recordInfo } from "../terms/kinds.ts";

/** How many values are looked at in one weighing. */
const MOST_LOOKS = 24;

/** How many bytes a list's element, an object's entry or an entry of a map takes, beside what it holds. */
const ELEMENT = 8;
const ENTRY = 24;
const MAP_ENTRY = 48;

/**
 * Tells roughly how many bytes a value takes and what it looks like, from its first parts only: the cost is bounded whatever the
 * value. No getter is run.
 */
class Scale {
  /** Of the last weighing: the bytes, and a number that is likely to differ where the value does. */
  bytes = 0;
  print = 0;
  #looks = 0;

  /**
   * @param value any value
   * @param before what it has come from: parts that are the very same there are shared, and weigh nothing
   */
  weigh(value: unknown, before: unknown): void {
    this.bytes = 0;
    this.print = 17;
    this.#looks = MOST_LOOKS;
    this.#look(value, before);
  }

  #look(value: unknown, before: unknown): void {
    this.#looks--;
    switch (typeof value) {
      case "string":
        this.#mix(value.length);
        if (value.length > 0) {
          this.#mix(value.charCodeAt(0));
          this.#mix(value.charCodeAt(value.length >> 1));
          this.#mix(value.charCodeAt(value.length - 1));
        }
        if (value !== before) this.bytes += 16 + value.length;
        return;
      case "number":
        this.#mix(value | 0);
        this.#mix((value * 1024) | 0);
        return;
      case "boolean":
        return this.#mix(value ? 3 : 5);
      case "bigint":
        return this.#mix(Number(BigInt.asIntN(31, value)));
      case "undefined":
        return this.#mix(7);
      case "object":
        return value === null ? this.#mix(11) : this.#object(value, before);
      default:
        return this.#mix(13);
    }
  }

  #object(value: object, before: unknown): void {
    const shared = value === before;
    const weighed = this.bytes;
    if (Array.isArray(value)) this.#list(value, shared ? value : before);
    else if (value instanceof Map || value instanceof Set) {
      this.#mix(value.size);
      this.bytes += value.size * MAP_ENTRY;
    } else if (isBytes(value)) {
      this.#mix(value.length);
      for (let i = 0; i < value.length && i < 8; i++) this.#mix(value[i] as number);
      this.bytes += value.byteLength;
    } else {
      const info = recordInfo(value);
      if (info !== undefined) {
        this.bytes += 16;
        for (let i = 0; i < info.arity && this.#looks > 0; i++) {
          const name = info.names[i] as string;
          this.bytes += ELEMENT;
          this.#look(fieldOf(value as never, name), shared ? fieldOf(value as never, name) : partBefore(before, name));
        }
      } else if (isPlainObject(value)) this.#plain(value, shared ? value : before);
      else this.bytes += 64;
    }
    if (shared) this.bytes = weighed;
  }

  #list(list: readonly unknown[], before: unknown): void {
    this.#mix(list.length);
    const old: readonly unknown[] = Array.isArray(before) ? before : [];
    const start = this.bytes;
    let seen = 0;
    for (; seen < list.length && this.#looks > 0; seen++) this.#look(list[seen], old[seen]);
    if (seen > 0 && seen < list.length) {
      // The rest is taken to be like what was seen; an unseen last element is where lists change most often.
      this.bytes = start + Math.round(((this.bytes - start) / seen) * list.length);
      this.#looks++;
      this.#look(list[list.length - 1], old[old.length - 1]);
    }
    this.bytes += 16 + ELEMENT * list.length;
  }

  #plain(object: object, before: unknown): void {
    this.bytes += 16;
    const keys = Object.keys(object);
    this.#mix(keys.length);
    for (let i = 0; i < keys.length && this.#looks > 0; i++) {
      const key = keys[i] as string;
      const property = Object.getOwnPropertyDescriptor(object, key);
      if (property === undefined || !("value" in property)) continue;
      this.#look(property.value, partBefore(before, key));
    }
    this.bytes += ENTRY * keys.length;
  }

  #mix(value: number): void {
    this.print = (Math.imul(this.print, 31) + value) | 0;
  }
}

function partBefore(before: unknown, key: string): unknown {
  if (typeof before !== "object" || before === null) return undefined;
  const property = Object.getOwnPropertyDescriptor(before, key);
  return property !== undefined && "value" in property ? property.value : undefined;
}

const scale = new Scale();

/** Weigh a value; the result stands in `bytes` and `print` until the next weighing. A value that cannot be looked at weighs nothing. */
export function weigh(value: unknown, before?: unknown): { readonly bytes: number; readonly print: number } {
  try {
    scale.weigh(value, before);
  } catch {
    // A proxy whose traps throw.
    scale.bytes = 64;
    scale.print = 0;
  }
  return scale;
}
