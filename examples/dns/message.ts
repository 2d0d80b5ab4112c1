// Messages as bytes and back, by `dns-packet`.
import packet from "dns-packet";
import { canonical } from "./names.ts";
import { RCODES, type Answer, type Question, type Rcode, type ResourceRecord } from "./records.ts";
import { HEADER, MalformedPacket, scan } from "./scan.ts";

/** The most that fits into a datagram that nobody needs to fragment. */
const EDNS_SIZE = 1232;
/** The most that who says nothing of EDNS takes in a datagram. */
const PLAIN_SIZE = 512;
const MOST = 65_535;

const OPCODE = 0x7800;
const RESPONSE = 0x8000;

/** What a client asks. */
export interface Query extends Question {
  readonly id: number;
  /** The name as it was spelt. */
  readonly spelt: string;
  readonly recursionDesired: boolean;
  /** How many bytes the client takes in a datagram; undefined if it does not speak EDNS. */
  readonly size: number | undefined;
}

/** What a server answers. */
export interface Reply extends Answer {
  readonly id: number;
  readonly question: Question;
  readonly isTruncated: boolean;
}

/** What `dns-packet` makes of a message, as far as we look at it. */
interface Decoded {
  readonly id: number;
  readonly flags: number;
  readonly questions: readonly { readonly name: string; readonly type: string; readonly class: string }[];
  readonly answers: readonly DecodedRecord[];
  readonly authorities: readonly DecodedRecord[];
  readonly additionals: readonly DecodedRecord[];
}

interface DecodedRecord extends ResourceRecord {
  readonly udpPayloadSize?: number;
  readonly ednsVersion?: number;
  readonly extendedRcode?: number;
}

/** @throws MalformedPacket */
function decode(bytes: Uint8Array): Decoded {
  scan(bytes);
  try {
    return packet.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) as unknown as Decoded;
  } catch (error) {
    throw new MalformedPacket(`dns-packet: ${(error as Error).message}`);
  }
}

/**
 * A client's packet.
 *
 * @returns the query; or bytes to answer at once, because there is something wrong with it; or null, if it deserves no answer
 */
export function readQuery(bytes: Uint8Array): Query | Uint8Array | null {
  // To answer an answer may never end.
  if (bytes.length < HEADER || bytes.length > MOST || (bytes[2] as number) >= 0x80) return null;
  const refuse = (rcode: Rcode): Uint8Array => {
    const [high = 0, low = 0] = bytes.subarray(2, 4);
    const flags = (((high << 8) | low) & (OPCODE | packet.RECURSION_DESIRED)) | RESPONSE | RCODES[rcode];
    const refusal = new Uint8Array(HEADER);
    refusal.set(bytes.subarray(0, 2));
    refusal.set([flags >> 8, flags & 255], 2);
    return refusal;
  };
  if ((((bytes[2] as number) << 8) & OPCODE) !== 0) return refuse("NOTIMP");
  let decoded: Decoded;
  try {
    decoded = decode(bytes);
  } catch {
    return refuse("FORMERR");
  }
  const { id, flags, questions, answers, authorities, additionals } = decoded;
  const options = additionals.filter(({ type }) => type === "OPT");
  const [question, ...others] = questions;
  if (question === undefined || others.length + answers.length + authorities.length > 0 || options.length > 1) {
    return refuse("FORMERR");
  }
  const query = {
    id,
    name: canonical(question.name),
    type: question.type,
    spelt: question.name,
    recursionDesired: (flags & packet.RECURSION_DESIRED) !== 0,
    size: options[0] && Math.max(PLAIN_SIZE, options[0].udpPayloadSize ?? 0),
  };
  const wrong = (rcode: Rcode) => encodeAnswer(query, { rcode, answers: [], authorities: [], additionals: [] });
  if ((options[0]?.ednsVersion ?? 0) !== 0) return wrong("BADVERS");
  if (question.class !== "IN") return wrong("REFUSED");
  return query;
}

/**
 * The answer to a query as it goes to the client; what does not fit is cut to nothing but the note that it was cut.
 *
 * @param most bytes that the way to the client takes; left out, as much as fits into a datagram for it
 */
export function encodeAnswer(
  query: Query,
  answer: Answer,
  options: { readonly most?: number | undefined; readonly recursionAvailable?: boolean } = {},
): Uint8Array {
  const { most = Math.min(query.size ?? PLAIN_SIZE, EDNS_SIZE), recursionAvailable = false } = options;
  const { id, spelt, type, recursionDesired, size } = query;
  const rcode = RCODES[answer.rcode];
  const opt = size === undefined ? [] : [edns(rcode >> 4)];
  const flags =
    (rcode & 15) |
    (answer.isAuthoritative === true ? packet.AUTHORITATIVE_ANSWER : 0) |
    (recursionDesired ? packet.RECURSION_DESIRED : 0) |
    (recursionAvailable ? packet.RECURSION_AVAILABLE : 0);
  const encode = (also: number, { answers, authorities, additionals }: Omit<Answer, "rcode">): Uint8Array =>
    encodePacket({
      type: "response",
      id,
      flags: flags | also,
      questions: [{ name: spelt, type }],
      answers,
      authorities,
      additionals: [...additionals, ...opt],
    });
  const full = encode(0, answer);
  if (full.length <= most) return full;
  const isReferral = answer.answers.length === 0 && answer.authorities.some((record) => record.type === "NS");
  const shorter = encode(0, { ...answer, additionals: [] });
  // Glue is no ornament: a referral without it may lead nowhere.
  if (shorter.length <= most && !isReferral) return shorter;
  return encode(packet.TRUNCATED_RESPONSE, { answers: [], authorities: [], additionals: [] });
}

/** The query that a resolver sends. */
export function encodeQuery(id: number, { name, type }: Question, hasEdns: boolean): Uint8Array {
  return encodePacket({
    type: "query",
    id,
    flags: 0,
    questions: [{ name, type }],
    additionals: hasEdns ? [edns(0)] : [],
  });
}

/**
 * A server's packet.
 *
 * @throws MalformedPacket
 */
export function readReply(bytes: Uint8Array): Reply {
  const decoded = decode(bytes);
  const { id, flags, questions, answers, authorities } = decoded;
  const [question, ...others] = questions;
  const isReply = (bytes[2] as number) >= 0x80 && (flags & OPCODE) === 0;
  if (!isReply || question === undefined || others.length > 0 || question.class !== "IN") {
    throw new MalformedPacket("no reply to one question");
  }
  const opt = decoded.additionals.find((record) => record.type === "OPT");
  const code = (flags & 15) | ((opt?.extendedRcode ?? 0) << 4);
  return {
    id,
    question: { name: canonical(question.name), type: question.type },
    isTruncated: (flags & packet.TRUNCATED_RESPONSE) !== 0,
    isAuthoritative: (flags & packet.AUTHORITATIVE_ANSWER) !== 0,
    rcode: (Object.keys(RCODES) as Rcode[]).find((name) => RCODES[name] === code) ?? "SERVFAIL",
    answers: answers.map(plain),
    authorities: authorities.map(plain),
    additionals: decoded.additionals.filter((record) => record.type !== "OPT").map(plain),
  };
}

function plain({ name, type, ttl, data }: DecodedRecord): ResourceRecord {
  return { name, type, ttl, data };
}

function edns(extendedRcode: number): object {
  return { type: "OPT", name: ".", udpPayloadSize: EDNS_SIZE, extendedRcode, ednsVersion: 0, flags: 0, options: [] };
}

function encodePacket(message: object): Uint8Array {
  return packet.encode(message);
}
