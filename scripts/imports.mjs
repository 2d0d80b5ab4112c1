// Which module imports which: read from the source text, with where each import stands.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import ts from "typescript";

/**
 * @typedef {object} Import
 * @property {string} file the importing file, relative to the root, with forward slashes
 * @property {number} line
 * @property {string} specifier as written
 * @property {string | undefined} target the file a relative specifier names, relative to the root
 * @property {boolean} typeOnly whether nothing of it is left when the types are gone
 */

/**
 * All TypeScript files under a folder, relative to the root, in the order of names.
 * @param {string} root @param {string} folder @returns {string[]}
 */
export function sourceFiles(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !file.includes("node_modules/") && !file.includes("/dist/"))
    .toSorted();
}

/** @param {ts.ImportDeclaration | ts.ExportDeclaration} node */
function isTypeOnly(node) {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/**
 * Every import, re-export, dynamic import and import type of a file.
 * @param {string} root @param {string} file relative to the root @returns {Import[]}
 */
export function importsOf(root, file) {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} at @param {ts.Node | undefined} specifier @param {boolean} typeOnly */
  const add = (at, specifier, typeOnly) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const isRelative = specifier.text.startsWith(".");
    found.push({
      file,
      line: tree.getLineAndCharacterOfPosition(at.getStart()).line + 1,
      specifier: specifier.text,
      target: isRelative ? posix.normalize(posix.join(dirname(file), specifier.text)) : undefined,
      typeOnly,
    });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, isTypeOnly(node));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
