import { formatTerm, MarketplaceError } from "@marketplace/runtime";

/** Why something could not come to be: a code that programs can rely on, and a sentence for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Node's code and words. Where several addresses of one name were tried, the first one's code and the words of all. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "UNKNOWN", message: formatTerm(error, { maxLength: 200 }) };
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const failures = causes.map((cause) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    return { code: code ?? "UNKNOWN", message };
  });
  return { code: failures[0]?.code ?? "UNKNOWN", message: failures.map(({ message }) => message).join("; ") };
}

/**
 * Terms are not typed when they arrive, and Node takes the empty host and `null` for this machine.
 *
 * @throws MarketplaceError `ERR_INVALID_ARG_VALUE`
 */
export function checkHost(host: unknown): asserts host is string {
  if (typeof host === "string" && host !== "") return;
  throw new MarketplaceError(
    "ERR_INVALID_ARG_VALUE",
    `expected a host name or an IP address, got ${formatTerm(host, { maxLength: 80 })}`,
  );
}

/** @throws MarketplaceError `ERR_SOCKET_BAD_PORT` */
export function checkPort(port: unknown): asserts port is number {
  if (Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65535) return;
  throw new MarketplaceError(
    "ERR_SOCKET_BAD_PORT",
    `expected a port, an integer from 0 to 65535, got ${formatTerm(port, { maxLength: 80 })}`,
  );
}
