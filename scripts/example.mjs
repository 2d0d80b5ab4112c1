// `npm run example -- NAME [options]` runs an example; `npm run example` lists them.
import { listExamples, runExample } from "./examples.mjs";

const [name, ...options] = process.argv.slice(2);
const examples = listExamples();
const width = Math.max(0, ...examples.map((example) => example.name.length));
const list = examples.map((example) => `  ${example.name.padEnd(width)}  ${example.about}`).join("\n");

if (name === undefined || name === "--help" || name === "-h") {
  console.log(`Examples; run one with: npm run example -- NAME [options]\n${list}`);
} else if (examples.some((example) => example.name === name)) {
  await runExample(name, options);
} else {
  console.error(`There is no example called ${JSON.stringify(name)}. Examples:\n${list}`);
  process.exitCode = 1;
}
