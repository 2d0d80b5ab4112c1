// Counting tests: how many passed, failed and were skipped, from what each kind of run leaves behind.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The form that every run ends with. @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Reads a closing line back.
 * @param {string} output all that a program printed; the counts are on its last line
 * @returns {Counts | undefined} undefined where the last line is something else
 */
export function parseClosingLine(output) {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  if (found === null) return undefined;
  return { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

/**
 * @typedef {object} VitestReport Vitest's JSON, as far as it is read here
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {VitestReport} report @returns {Counts} */
export function countVitest(report) {
  // A file that could not be loaded has no failed test to its name.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @typedef {object} PlaywrightReport Playwright's JSON, as far as it is read here
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 */

/** @param {PlaywrightReport} report @returns {Counts} */
export function countPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/**
 * Makes counts agree with the exit code: a run that failed has at least one failure, and so has one that ran nothing.
 * @param {Counts} counts @param {number} code @returns {Counts}
 */
export function settle(counts, code) {
  const ranNothing = counts.passed + counts.failed === 0;
  return { ...counts, failed: code !== 0 || ranNothing ? Math.max(1, counts.failed) : counts.failed };
}
