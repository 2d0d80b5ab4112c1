// The answer to one question, found by asking servers from the roots down (RFC 1034, 5.3.3). All its processes live in a VM of their own;
// clients, sockets and timers are at the meta level.
import {
  ANY,
  atMetaLevel,
  deleteEndpoint,
  freshId,
  publisher,
  quit,
  record,
  sendMessage,
  sequenceActions,
  setTimer,
  spawn,
  subscriber,
  timerExpired,
  transition,
  yieldThen,
  type Rec,
  type RecordType,
  type Step,
  type Term,
} from "@marketplace/runtime";
import type { Cache } from "./cache.ts";
import { byTcp, byUdp, returned, type Errand, type Outcome } from "./exchange.ts";
import { canonical } from "./names.ts";
import { bare, targetOf, type Answer, type Question, type ResourceRecord } from "./records.ts";
import { addressesOf, type Delegation, type Negative, type Verdict } from "./verdict.ts";

/** The answer to a question. To subscribe to it is to ask. */
export interface Resolved extends Rec<"resolved"> {
  readonly name: string;
  readonly type: string;
  /** 0 for what a client asks, and one more for each search for the address of a server that had to come before. */
  readonly depth: number;
  readonly answer: Term;
}
export const resolved: RecordType<Resolved, ["name", "type", "depth", "answer"]> = record(
  "resolved",
  "name",
  "type",
  "depth",
  "answer",
);

/** What all resolutions have in common. */
export interface World {
  readonly cache: Cache;
  /** Addresses of the servers of the root zone. */
  readonly roots: readonly string[];
  /** The port of all servers. */
  readonly port: number;
  /** A number from 0 to 65535 that nobody can guess. */
  readonly randomId: () => number;
}

/** How long a server has for its reply, in milliseconds: first, and when all others have failed too. */
const PATIENCE = [800, 1500] as const;
const TCP_PATIENCE = 1500;
/** After so many exchanges the search is given up. */
const MOST_ERRANDS = 40;
const MOST_LOOKUPS = 6;
const MOST_DEPTH = 4;
const LONGEST_CHAIN = 16;
/** Nobody waits for so long, in milliseconds. */
const LIFETIME = 30_000;

interface Search {
  /** The name at the end of the aliases so far. */
  readonly name: string;
  readonly chain: readonly ResourceRecord[];
  readonly zone: string;
  /** Addresses of the zone's servers that have not been asked yet, and of those that were silent. */
  readonly servers: readonly string[];
  readonly silent: readonly string[];
  /** The zone's servers whose addresses are not known: what to ask for them. */
  readonly nameless: readonly Question[];
  readonly round: 0 | 1;
  readonly errands: number;
  readonly lookups: number;
  readonly underWay: {
    readonly id: number;
    readonly server: string;
    readonly tcp: boolean;
    readonly edns: boolean;
  } | null;
  readonly users: number;
  readonly answer: Answer | null;
}

/** Boots the first process of a resolution's VM. */
export function resolution(question: Question, depth: number, world: World): Step<Search> {
  const { cache, roots, port, randomId } = world;
  const { name, type } = question;

  const finish = (search: Search, answer: Answer): Step<Search> =>
    transition<Search>({ ...search, answer, underWay: null }, say(answer));
  const say = (answer: Answer) => atMetaLevel(sendMessage(resolved(name, type, depth, answer as unknown as Term)));
  const fail = (search: Search): Step<Search> => finish(search, bare("SERVFAIL"));

  const conclude = (search: Search, records: readonly ResourceRecord[], negative?: Negative): Step<Search> => {
    const soa = negative?.soa;
    return finish(search, {
      rcode: negative?.isName === true ? "NXDOMAIN" : "NOERROR",
      answers: [...search.chain, ...records],
      authorities: soa === undefined ? [] : [soa],
      additionals: [],
    });
  };

  /** Go on at the name that an alias leads to. */
  const follow = (search: Search, aliases: readonly ResourceRecord[]): Step<Search> => {
    const chain = [...search.chain, ...aliases];
    const next = canonical(targetOf(aliases.at(-1) as ResourceRecord) as string);
    const isLoop = chain.some((alias) => canonical(alias.name) === next) || chain.length > LONGEST_CHAIN;
    return isLoop ? fail(search) : recall({ ...search, name: next, chain });
  };

  /** Take what is known already, or look for those who know. */
  const recall = (search: Search): Step<Search> => {
    const known = cache.recall({ name: search.name, type });
    if (known !== undefined) return conclude(search, known.records, known.negative);
    const alias = type === "CNAME" ? undefined : cache.recall({ name: search.name, type: "CNAME" });
    if (alias !== undefined && alias.records.length > 0) return follow(search, alias.records);
    return enter(
      search,
      cache.nearest(search.name) ?? { zone: ".", ttl: 0, servers: [{ name: ".", addresses: roots }] },
    );
  };

  const enter = (search: Search, { zone, servers }: Delegation): Step<Search> => {
    const known = servers.map((server) => ({
      name: server.name,
      addresses: server.addresses.length > 0 ? server.addresses : addressesInCache(server.name),
    }));
    const unknown = known.filter(({ addresses }) => addresses.length === 0).map((server) => server.name);
    return ask({
      ...search,
      zone,
      // Those that were silent lately come last.
      servers: known
        .flatMap(({ addresses }) => addresses)
        .toSorted((a, b) => Number(cache.isSilent(a)) - Number(cache.isSilent(b))),
      silent: [],
      nameless: ["A", "AAAA"].flatMap((each) => unknown.map((server) => ({ name: server, type: each }))),
      round: 0,
    });
  };

  const addressesInCache = (server: string): string[] =>
    ["A", "AAAA"].flatMap((each) => addressesOf(cache.recall({ name: server, type: each })?.records ?? [], server));

  /** Ask the next server. */
  const ask = (search: Search): Step<Search> => {
    const { servers, silent, nameless, round, errands, lookups } = search;
    if (errands >= MOST_ERRANDS) return fail(search);
    const [server] = servers;
    if (server !== undefined) return send(search, server);
    const [missing, ...others] = nameless;
    if (missing !== undefined && lookups < MOST_LOOKUPS && depth < MOST_DEPTH) {
      return lookUp({ ...search, nameless: others, lookups: lookups + 1 }, missing);
    }
    if (round === 0 && silent.length > 0) return ask({ ...search, round: 1, servers: silent, silent: [] });
    cache.forgetDelegation(search.zone);
    return fail(search);
  };

  const send = (search: Search, server: string, { tcp = false, edns = search.round === 0 } = {}): Step<Search> => {
    const id = search.errands;
    const errand: Errand = {
      id,
      server,
      port,
      question: { name: search.name, type },
      zone: search.zone,
      // A server that does not know EDNS may be silent because of it.
      hasEdns: edns,
      patience: tcp ? TCP_PATIENCE : PATIENCE[search.round],
    };
    return transition<Search>(
      {
        ...search,
        errands: id + 1,
        servers: search.servers.filter((each) => each !== server),
        underWay: { id, server, tcp, edns },
      },
      spawn(() => (tcp ? byTcp : byUdp)(errand, randomId), { name: `${server} ${search.name} ${type}` }),
    );
  };

  /** An errand is over; or its process is, for what it was sent for. */
  const came = (id: unknown, outcome: Outcome, before: Search): Step<Search> => {
    const { underWay } = before;
    if (underWay === null || id !== underWay.id) return undefined;
    const { server, tcp, edns } = underWay;
    const search = { ...before, underWay: null };
    cache.note(server, outcome.type === "silence");
    switch (outcome.type) {
      case "silence":
        return ask({ ...search, silent: [...search.silent, server] });
      case "use TCP":
        return tcp ? ask(search) : send(search, server, { tcp: true, edns });
      case "no EDNS":
        return edns ? send(search, server, { tcp, edns: false }) : ask(search);
      case "useless":
        return ask(search);
      case "referral":
        cache.learnDelegation(outcome.delegation);
        return enter(search, outcome.delegation);
      case "answer":
        return believe(search, outcome);
    }
  };

  const believe = (search: Search, { records, negative }: Extract<Verdict, { type: "answer" }>): Step<Search> => {
    const found = records.filter((each) => each.type === type);
    const aliases = records.filter((each) => each.type !== type);
    for (const alias of aliases) cache.learn({ name: canonical(alias.name), type: "CNAME" }, [alias]);
    const [first] = found;
    if (first !== undefined) {
      cache.learn({ name: canonical(first.name), type }, found);
      return conclude(search, records);
    }
    if (negative === undefined) return follow(search, aliases);
    const last = aliases.at(-1);
    const missing = last === undefined ? search.name : canonical(targetOf(last) as string);
    cache.learnNothing({ name: missing, type }, negative);
    return conclude(search, records, negative);
  };

  /** Find the address of a server: a question like any other, for a resolution of its own. */
  const lookUp = (search: Search, server: Question): Step<Search> => {
    const id = `address ${search.lookups}`;
    const then = (answer: Answer | undefined, now: Search): Step<Search> => {
      if (now.lookups !== search.lookups || now.answer !== null) return undefined;
      const known = addressesOf(answer?.answers ?? [], canonical((answer?.answers.at(-1) ?? server).name));
      return sequenceActions(transition(now, atMetaLevel(deleteEndpoint(id))), (state: Search) =>
        ask({
          ...state,
          servers: known,
          nameless: known.length === 0 ? state.nameless : state.nameless.filter((each) => each.name !== server.name),
        }),
      );
    };
    return transition(
      search,
      atMetaLevel(
        subscriber(
          resolved(server.name, server.type, depth + 1, ANY),
          {
            onMessage: ({ answer }, now: Search) => then(answer as unknown as Answer, now),
            onAbsence: (_event, now: Search) => then(undefined, now),
          },
          { id },
        ),
      ),
    );
  };

  const label = freshId();
  const endAll = atMetaLevel(quit());
  const start: Search = {
    name,
    chain: [],
    zone: ".",
    servers: [],
    silent: [],
    nameless: [],
    round: 0,
    errands: 0,
    lookups: 0,
    underWay: null,
    users: 0,
    answer: null,
  };
  return transition<Search>(
    start,
    // Lasts as long as somebody wants the answer; who comes when it is known gets it too.
    atMetaLevel(
      publisher(resolved(name, type, depth, ANY), {
        onPresence: (_event, search: Search) =>
          transition({ ...search, users: search.users + 1 }, search.answer !== null && say(search.answer)),
        onAbsence: (_event, search: Search) =>
          transition({ ...search, users: search.users - 1 }, search.users === 1 && endAll),
      }),
    ),
    atMetaLevel(subscriber(timerExpired(label, ANY), { onMessage: () => endAll })),
    atMetaLevel(sendMessage(setTimer(label, LIFETIME, "relative"))),
    subscriber(returned(ANY, ANY), {
      onMessage: ({ id, outcome }, search) => came(id, outcome, search),
      onAbsence: ({ role }, search) => came(role.topic.id, { type: "useless" }, search),
    }),
    yieldThen(recall),
  );
}
