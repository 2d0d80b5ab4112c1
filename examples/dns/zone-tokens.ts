// A zone file as entries: what is on one line, or on several within parentheses (RFC 1035, 5.1).

/** A zone file, or a zone, that is not as it has to be. The message begins with the file and the line. */
export class ZoneFileError extends Error {
  readonly code = "ZONE_FILE";

  constructor(where: Place, expected: string, came: string) {
    super(`${where.file}:${where.line}: expected ${expected}, came ${came}`);
    this.name = "ZoneFileError";
  }
}

export interface Place {
  readonly file: string;
  /** From 1 up. */
  readonly line: number;
}

export interface Token extends Place {
  /** As it stands in the file, without the quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface Entry extends Place {
  /** Does it begin with white space, and so belong to the owner of the entry before it? */
  readonly isContinued: boolean;
  readonly tokens: readonly Token[];
}

// White space, a comment, a parenthesis, a quoted string, a word; what is left over is a quote that does not end.
const TOKEN = /\n|[^\S\n]+|;[^\n]*|[()]|"((?:[^"\\]|\\[^])*)"|((?:[^\s;()"\\]|\\[^\n])+)|[^]/gy;

/** @throws ZoneFileError */
export function entriesOf(text: string, file: string): Entry[] {
  const entries: Entry[] = [];
  let tokens: Token[] = [];
  let line = 1;
  let depth = 0;
  let opened = line;
  let isFresh = true;
  let isContinued = false;
  const close = (): void => {
    const [first] = tokens;
    if (first !== undefined) entries.push({ file, line: first.line, isContinued, tokens });
    tokens = [];
    isContinued = false;
    isFresh = true;
  };
  for (const [part, quoted, word] of text.replaceAll("\r\n", "\n").matchAll(TOKEN)) {
    if (part === "\n") {
      if (depth === 0) close();
      line++;
      continue;
    }
    if (quoted !== undefined) tokens.push({ file, line, text: quoted, isQuoted: true });
    else if (word !== undefined) tokens.push({ file, line, text: word, isQuoted: false });
    else if (part === "(") {
      if (depth++ === 0) opened = line;
    } else if (part === ")") {
      if (depth-- === 0) throw new ZoneFileError({ file, line }, 'a "(" before', '")"');
    } else if (part.trim() === "") isContinued ||= isFresh;
    else if (!part.startsWith(";")) throw new ZoneFileError({ file, line }, "a '\"' at the end of a string", "none");
    isFresh = false;
    line += part.split("\n").length - 1;
  }
  if (depth > 0) throw new ZoneFileError({ file, line: opened }, 'a ")" for this "("', "the end of the file");
  close();
  return entries;
}

/** The bytes that a string stands for: `\DDD` is a byte, and any other character behind `\` itself. */
export function bytesOf(token: Token): Uint8Array {
  const bytes: number[] = [];
  for (const [part, escape] of token.text.matchAll(/\\(\d{3}|[^])|[^\\]+/g)) {
    if (escape === undefined) bytes.push(...new TextEncoder().encode(part));
    else if (escape.length === 1) bytes.push(...new TextEncoder().encode(escape));
    else if (Number(escape) < 256) bytes.push(Number(escape));
    else throw new ZoneFileError(token, "a byte, \\000 to \\255", part);
  }
  return Uint8Array.from(bytes);
}
