import {
  ANY,
  freshId,
  observeSubscribers,
  onDemand,
  quit,
  sendMessage,
  setTimer,
  spawn,
  spawnVm,
  subscriber,
  timerExpired,
  transition,
  wild,
  type ActionTree,
  type Step,
  type Unchecked,
} from "@marketplace/runtime";
import type { Known } from "./cache.ts";
import type { Query } from "./message.ts";
import { bare, type Answer } from "./records.ts";
import { resolution, resolved, type Resolved, type World } from "./resolution.ts";
import { service } from "./service.ts";

/** How long a client waits, in milliseconds: a little less than those who ask again after 5 s. */
const PATIENCE = 4_500;

/** How many queries may wait for an answer; beyond, who asks for something new hears SERVFAIL at once. */
const MOST_WAITING = 2_000;

/** Questions that are none about a record, and that nobody answers by asking others. */
const NOT_ASKED: readonly string[] = ["ANY", "AXFR", "IXFR", "OPT", "TSIG", "TKEY"];

/**
 * A recursive, caching resolver: the action that spawns it, in a VM that has the drivers for UDP, TCP and timers. To ask it from within that VM,
 * subscribe to `resolved(name, type, 0, ANY)`.
 */
export function resolver(port: number, world: World): ActionTree<unknown> {
  const { cache } = world;
  let waiting = 0;

  // However many want the same answer, it is looked for once: by a VM that is there while they are.
  const resolutions = () => [
    onDemand(
      resolved(wild("name"), wild("type"), wild("depth"), ANY),
      (topic) => {
        // onDemand boots for what is ground only, but for the answer.
        const { name, type, depth } = topic as Resolved;
        return spawnVm(() => resolution({ name, type }, depth, world), { name: `resolution ${name} ${type}` });
      },
      { of: "subscribers", name: "demand" },
    ),
    observeSubscribers(resolved(ANY, ANY, 0, ANY), {
      onPresence: () => void waiting++,
      onAbsence: () => void waiting--,
    }),
  ];

  const boot = (query: Query, reply: (answer: Answer) => ActionTree<Unchecked>): Step<Unchecked> => {
    if (NOT_ASKED.includes(query.type)) return [reply(bare("NOTIMP")), quit()];
    const known = cache.recall(query);
    if (known !== undefined) return [reply(asAnswer(known)), quit()];
    if (!query.recursionDesired) return [reply(bare("REFUSED")), quit()];
    if (waiting >= MOST_WAITING) return [reply(bare("SERVFAIL")), quit()];
    const label = freshId();
    const end = (answer: Answer, isOver: boolean): Step<boolean> => !isOver && transition(true, reply(answer), quit());
    return transition(
      false,
      subscriber(timerExpired(label, ANY), { onMessage: (_expired, isOver) => end(bare("SERVFAIL"), isOver) }),
      sendMessage(setTimer(label, PATIENCE, "relative")),
      subscriber(resolved(query.name, query.type, 0, ANY), {
        onMessage: ({ answer }, isOver) => end(answer as unknown as Answer, isOver),
        onAbsence: (_event, isOver) => end(bare("SERVFAIL"), isOver),
      }),
    );
  };

  return [spawn(resolutions, { name: "resolutions" }), service(port, { isRecursive: true, boot })];
}

function asAnswer({ records, negative }: Known): Answer {
  return {
    rcode: negative?.isName === true ? "NXDOMAIN" : "NOERROR",
    answers: records,
    authorities: negative?.soa === undefined ? [] : [negative.soa],
    additionals: [],
  };
}
