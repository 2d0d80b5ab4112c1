// The packages that users install: those of packages/ that are not private.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {string} root
 * @returns {{ name: string, folder: string }[]} folders relative to the root, what others depend on first; without those whose
 *   sources are not there
 */
export function publishedPackages(root) {
  const packages = readdirSync(join(root, "packages")).map((name) => {
    const folder = `packages/${name}`;
    return { name, folder, manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) };
  });
  return packages
    .filter(({ folder, manifest }) => manifest.private !== true && existsSync(join(root, folder, "src")))
    .toSorted(
      (a, b) => Object.keys(a.manifest.dependencies ?? {}).length - Object.keys(b.manifest.dependencies ?? {}).length,
    )
    .map(({ name, folder }) => ({ name, folder }));
}
