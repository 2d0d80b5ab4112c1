/** One resource record, of class IN. */
export interface ResourceRecord {
  readonly name: string;
  /** As `dns-packet` calls it: `A`, `NS`, ..., or `UNKNOWN_` and the number. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** In the form that `dns-packet` has for the type. */
  readonly data: unknown;
}

export interface Soa {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** What is asked, its name in canonical form. */
export interface Question {
  readonly name: string;
  readonly type: string;
}

/** What a server has to say to a question. */
export interface Answer {
  readonly rcode: Rcode;
  readonly isAuthoritative?: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

export const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export type Rcode = keyof typeof RCODES;

/** An answer that is nothing but its code. */
export function bare(rcode: Rcode): Answer {
  return { rcode, answers: [], authorities: [], additionals: [] };
}

/** The name of the host that a record leads to, if it is of a type that does. */
export function targetOf({ type, data }: ResourceRecord): string | undefined {
  switch (type) {
    case "NS":
    case "CNAME":
    case "PTR":
      return data as string;
    case "MX":
      return (data as { readonly exchange: string }).exchange;
    case "SRV":
      return (data as { readonly target: string }).target;
    default:
      return undefined;
  }
}
