// A package's public surface as text: what its declaration files say, entry by entry, without comments and in the order of names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The declaration as a statement of its own: a variable's sits in a list in a statement. @param {ts.Declaration} declaration */
function statementOf(declaration) {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

/** @param {ts.Declaration} declaration */
function printed(declaration) {
  const node = statementOf(declaration);
  const text = printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
  return text.replace(/^(export |default |declare )+/, "");
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
function original(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/**
 * The symbols that a declaration's text names and that are declared at the top of the package's own files.
 * @param {ts.TypeChecker} checker @param {ts.Declaration} declaration @param {string} folder
 */
function* namedBy(checker, declaration, folder) {
  /** @type {ts.Node[]} */
  const pending = [declaration];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...node.getChildren());
    if (!ts.isIdentifier(node)) continue;
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol === undefined) continue;
    const target = original(checker, symbol);
    const place = target.declarations?.[0];
    if (place === undefined || !ts.isSourceFile(statementOf(place).parent)) continue;
    if (place.getSourceFile().fileName.startsWith(folder)) yield target;
  }
}

/** What is not exported, but part of what is. A class among them is the package's own affair: users meet its name, not its inside. */
const isOwnAffair = (/** @type {ts.Symbol} */ symbol) => (symbol.flags & ts.SymbolFlags.Class) !== 0;

/** @param {string} name @param {ts.Symbol} symbol */
function section(name, symbol) {
  const text = (symbol.declarations ?? []).map(printed).join("\n");
  // The reader should see what the name is for, where it differs from the one it was declared with.
  return symbol.name === name ? text : `// exported as ${name}\n${text}`;
}

/** @param {string} a @param {string} b */
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Reads the emitted declarations of a package.
 * @param {string} folder the package's folder, with package.json and an up-to-date dist
 * @returns {string} Markdown: for each entry of `exports` all that it exports, then what those declarations name without exporting
 *   it, classes by name only
 */
export function apiReport(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  /** @type {[string, string][]} */
  const entries = Object.entries(manifest.exports).flatMap(([entry, conditions]) =>
    typeof conditions === "object" ? [[entry, join(folder, conditions.types)]] : [],
  );
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    // The declarations are printed, not checked: what libraries bring need not be read.
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, noLib: true, types: [] },
  );
  const checker = program.getTypeChecker();
  const lines = [
    `# The public API of ${manifest.name}`,
    "",
    "Written by `npm run api`. A change here is a change for users.",
    "",
  ];
  /** @type {Set<ts.Symbol>} */
  const seen = new Set();
  /** @type {ts.Symbol[]} */
  const pending = [];
  for (const [entry, file] of entries) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module: build first (npm run build)`);
    lines.push(`## ${manifest.name}${entry.slice(1)}`, "", "```ts");
    for (const symbol of checker.getExportsOfModule(module).toSorted((a, b) => byName(a.name, b.name))) {
      const target = original(checker, symbol);
      lines.push(section(symbol.name, target));
      seen.add(target);
      pending.push(target);
    }
    lines.push("```", "");
  }
  /** @type {ts.Symbol[]} */
  const hidden = [];
  for (let symbol = pending.pop(); symbol !== undefined; symbol = pending.pop()) {
    for (const named of (symbol.declarations ?? []).flatMap((one) => [...namedBy(checker, one, folder)])) {
      if (seen.has(named)) continue;
      seen.add(named);
      hidden.push(named);
      if (!isOwnAffair(named)) pending.push(named);
    }
  }
  if (hidden.length > 0) {
    lines.push("## Named above, not exported", "", "```ts");
    for (const symbol of hidden.toSorted((a, b) => byName(a.name, b.name))) {
      lines.push(isOwnAffair(symbol) ? `class ${symbol.name};` : section(symbol.name, symbol));
    }
    lines.push("```", "");
  }
  return lines.join("\n");
}
