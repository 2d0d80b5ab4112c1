// Circles among imports.

/** @typedef {import("./imports.mjs").Import} Import */

/**
 * One circle through each import that closes one, in the order of files: each element imports the next one's file, the last one
 * the first one's. Type imports do not count: they are gone at run time, and types that describe each other (a process, its VM) are
 * no knot in the order of loading. That they too run one way between rooms is the law's other half.
 * @param {readonly Import[]} imports @returns {Import[][]}
 */
export function findCircles(imports) {
  /** @type {Map<string, Import[]>} */
  const byFile = new Map();
  for (const one of imports) if (!one.typeOnly) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  const done = new Set();
  /** @type {Import[]} */
  const path = [];
  /** @type {Import[][]} */
  const circles = [];
  /** @param {string} file */
  const visit = (file) => {
    for (const one of byFile.get(file) ?? []) {
      if (one.target === undefined) continue;
      path.push(one);
      const begin = path.findIndex((step) => step.file === one.target);
      if (begin !== -1) circles.push(path.slice(begin));
      else if (!done.has(one.target)) visit(one.target);
      path.pop();
    }
    done.add(file);
  };
  for (const file of byFile.keys()) if (!done.has(file)) visit(file);
  return circles;
}
