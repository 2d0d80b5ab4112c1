import { expect, test } from "vitest";
import { failureOf } from "../src/failure.ts";

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test("failureOf(error) gives the code and the words of Node's error", () => {
  expect(failureOf(systemError("EACCES", "bind EACCES 127.0.0.1:80"))).toEqual({
    code: "EACCES",
    message: "bind EACCES 127.0.0.1:80",
  });
});

test("failureOf(error) where a name has several addresses gives the first one's code and the words of all", () => {
  const error = new AggregateError([
    systemError("ECONNREFUSED", "connect ECONNREFUSED ::1:80"),
    systemError("ENETUNREACH", "connect ENETUNREACH 192.0.2.1:80"),
  ]);
  expect(failureOf(error)).toEqual({
    code: "ECONNREFUSED",
    message: "connect ECONNREFUSED ::1:80; connect ENETUNREACH 192.0.2.1:80",
  });
});

test("failureOf(thrown) has a code for whatever was thrown", () => {
  expect(failureOf(new Error("no code"))).toEqual({ code: "UNKNOWN", message: "no code" });
  expect(failureOf(new AggregateError([]))).toEqual({ code: "UNKNOWN", message: "" });
  expect(failureOf("a string")).toEqual({ code: "UNKNOWN", message: '"a string"' });
  expect(failureOf(undefined).code).toBe("UNKNOWN");
});
