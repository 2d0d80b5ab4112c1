// ARCHITECTURE.md is a walk through the code, so every file that it names has to be there.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A file or folder in `code` or as a link's target: with a slash inside, or with an ending that sources have. */
const path = /^\.?[\w@.-]*(\/[\w@.-]+)+\/?$|^[\w.-]+\.(ts|tsx|mjs|json|md)$/;

/** @param {string} root the folders against which a name may be read: "vm/routing.ts" is the runtime's or another package's */
function readingPlaces(root) {
  const packages = existsSync(join(root, "packages")) ? readdirSync(join(root, "packages")) : [];
  return ["", ...packages.flatMap((name) => [`packages/${name}`, `packages/${name}/src`])].map((place) =>
    join(root, place),
  );
}

/**
 * @param {string} root
 * @returns {import("./import-law.mjs").Violation[]} one for each name in ARCHITECTURE.md that no file or folder has
 */
export function checkNamedFiles(root) {
  const document = join(root, "ARCHITECTURE.md");
  if (!existsSync(document)) return [];
  const places = readingPlaces(root);
  return readFileSync(document, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      const names = [...line.matchAll(/`([^`]+)`|\]\(([^)#\s]+)/g)].map(([, code, link]) => code ?? link ?? "");
      return names
        .filter(
          (name) => path.test(name) && !name.startsWith("@") && !places.some((place) => existsSync(join(place, name))),
        )
        .map((name) => ({ at: `ARCHITECTURE.md:${index + 1}`, expected: "a file or folder that exists", came: name }));
    });
}
