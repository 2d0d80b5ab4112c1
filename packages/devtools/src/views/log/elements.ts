/** More rows than can be in sight. */
const MOST = 256;

/**
 * Which element a row gets: the same as before, as long as some of those in sight stay in sight. Where all are others, each place keeps its
 * element: to make new ones, or to move them, costs more than all else.
 */
export class Elements {
  #first = 0;
  #turn = 0;

  /**
   * @param first the number of the first row in sight, counted from the first that ever was
   * @param count how many are in sight
   * @returns the keys of the rows in sight
   */
  keys(first: number, count: number): number[] {
    const moved = first - this.#first;
    this.#first = first;
    if (Math.abs(moved) >= count) this.#turn = modulo(this.#turn - moved);
    return Array.from({ length: count }, (_, place) => modulo(first + place + this.#turn));
  }
}

function modulo(number: number): number {
  return ((number % MOST) + MOST) % MOST;
}
