/**
 * The colours of the theme, for canvases. The tokens are expressions such as `light-dark(...)`, which a canvas does not understand; so each
 * is given to an element, and what the browser made of it is read back, once per theme.
 */
export class Colors {
  /** Goes up when the theme is another one. */
  changes = 0;
  readonly #probe: HTMLElement;
  readonly #known = new Map<string, string>();

  /** @param place an element within the debugger; the probe is put beside it, out of sight */
  constructor(place: Element) {
    this.#probe = document.createElement("span");
    this.#probe.hidden = true;
    (place.parentElement ?? place).append(this.#probe);
  }

  /** A token's colour, such as `--ink`. */
  get(token: `--${string}`): string {
    let color = this.#known.get(token);
    if (color === undefined) {
      this.#probe.style.color = `var(${token})`;
      color = getComputedStyle(this.#probe).color;
      this.#known.set(token, color);
    }
    return color;
  }

  /** A font of the theme: its family, for `--sans` or `--mono`. */
  family(token: "--sans" | "--mono"): string {
    let family = this.#known.get(token);
    if (family === undefined) {
      this.#probe.style.fontFamily = `var(${token})`;
      family = getComputedStyle(this.#probe).fontFamily;
      this.#known.set(token, family);
    }
    return family;
  }

  /** The theme is another one. */
  forget(): void {
    this.#known.clear();
    this.changes++;
  }

  close(): void {
    this.#probe.remove();
  }
}
