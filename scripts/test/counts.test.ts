import { describe, expect, test } from "vitest";
import { closingLine, countPlaywright, countVitest, parseClosingLine, settle } from "../counts.mjs";

describe("closingLine", () => {
  test("names skipped tests only if there are some", () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });

  test("is read back by parseClosingLine from the end of all that a program printed", () => {
    const counts = { passed: 12, failed: 3, skipped: 4 };
    expect(parseClosingLine(`1 passed, 1 failed\nwork\n${closingLine(counts)}\n`)).toEqual(counts);
    expect(parseClosingLine("1 passed, 1 failed\nwork\n")).toBeUndefined();
    expect(parseClosingLine("")).toBeUndefined();
  });
});

describe("countVitest", () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] };

  test("takes todo and pending tests as skipped", () => {
    expect(countVitest(report)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  test("counts a file that could not be loaded as one failure, a file with a failed test not again", () => {
    const broken = { status: "failed", assertionResults: [] };
    const failed = { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] };
    expect(countVitest({ ...report, testResults: [broken, failed] }).failed).toBe(2);
  });
});

describe("countPlaywright", () => {
  test("takes a flaky test as failed", () => {
    expect(countPlaywright({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } })).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2,
    });
  });
});

describe("settle", () => {
  test("makes a failure of an exit code that no test accounts for", () => {
    expect(settle({ passed: 3, failed: 0, skipped: 0 }, 1).failed).toBe(1);
    expect(settle({ passed: 3, failed: 2, skipped: 0 }, 1).failed).toBe(2);
    expect(settle({ passed: 3, failed: 0, skipped: 0 }, 0).failed).toBe(0);
  });

  test("makes a failure of a run without any test, or with skipped ones only", () => {
    expect(settle({ passed: 0, failed: 0, skipped: 0 }, 0).failed).toBe(1);
    expect(settle({ passed: 0, failed: 0, skipped: 7 }, 0).failed).toBe(1);
  });
});
