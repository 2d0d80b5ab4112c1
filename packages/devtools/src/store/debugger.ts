import { createStore, type StoreApi } from "zustand/vanilla";
import type { Command, EventId, RecordedState, Results, SnapshotFrame } from "@marketplace/runtime/inspect";
import type { Connection } from "../connection/connection.ts";
import type { Targets } from "../targets/targets.ts";
import { Conversation } from "../connection/conversation.ts";
import { Model } from "../model/model.ts";
import type { Aspect, DebuggerState, Link, Selection, SidePanel, Tab } from "./state.ts";
import { Frames } from "./frames.ts";

/** How long notices stay, in milliseconds. */
const NOTICE_TIME = 6000;

/** A debugger: its state, and all that can be done with it. It lives outside of React. */
export class Debugger {
  readonly store: StoreApi<DebuggerState> = createStore<DebuggerState>(() => START);
  /** What else the page looks at, with this. */
  targets: Targets | null = null;
  #conversation: Conversation | null = null;
  /** What comes in goes here; the store's model is this one, once its snapshot is complete. */
  #model: Model = START.model;
  #lastNotice = 0;
  readonly #frames: Frames = new Frames(() => this.#show());

  /** Leaves what it is connected to, and connects. */
  connect(connection: Connection): void {
    this.#conversation?.close();
    const isFile = connection.kind === "file";
    this.#model = new Model();
    const { tab, filter } = this.state;
    const live = isFile ? this.#leftProgram() : null;
    this.store.setState({ ...START, tab, filter, connection, live, model: this.#model });
    const conversation = new Conversation(connection, {
      trying: () => mine(() => this.#link({ phase: "connecting" })),
      welcome: ({ target, run, started, control }) =>
        mine(() => {
          this.store.setState({ target: { name: target, run, started, control } });
          this.#link(isFile ? { phase: "file" } : { phase: "open" });
        }),
      snapshot: (frame) => mine(() => this.#snapshot(frame)),
      events: ({ events }) =>
        mine(() => {
          this.#model.apply(events);
          this.#frames.came(events.length);
        }),
      status: (status) => mine(() => this.store.setState({ status })),
      lost: (why, retryIn) =>
        mine(() =>
          this.#link(
            retryIn === null ? { phase: "closed", reason: why.reason } : { phase: "lost", reason: why.reason },
          ),
        ),
    });
    const mine = (task: () => void): void => {
      if (this.#conversation === conversation) task();
    };
    this.#conversation = conversation;
    conversation.open();
  }

  /** Leaves a recording, and goes back to the program that was looked at before. */
  returnToProgram(): void {
    const { live } = this.state;
    if (live !== null) this.connect(live);
  }

  /** Leaves the program. */
  close(): void {
    this.#conversation?.close();
    this.#frames.stop();
  }

  get state(): DebuggerState {
    return this.store.getState();
  }

  /** Tries again at once, where the line is lost. */
  retry(): void {
    this.#conversation?.open();
  }

  /** Asks the program. Rejects with `Refused`, or an error where there is no connection. */
  request<C extends Command>(command: C): Promise<Results[C["command"]]> {
    if (this.#conversation === null) return Promise.reject(new Error("There is no connection to a program."));
    return this.#conversation.request(command);
  }

  /** Tells the program to do something; where it refuses, a notice says why. @returns whether it did */
  async command<C extends Command>(command: C): Promise<Results[C["command"]] | undefined> {
    try {
      return await this.request(command);
    } catch (error) {
      this.notify((error as Error).message, "fault");
      return undefined;
    }
  }

  /** Selects something; where it is an event, everything is shown as it was just after it. */
  select(selection: Selection | null): void {
    const cursor = selection?.kind === "event" ? selection.id : this.state.cursor;
    this.store.setState({ selection, cursor, panel: selection === null ? this.state.panel : "inspect" });
  }

  selectEvent(id: EventId): void {
    this.select({ kind: "event", id });
  }

  /** Shows everything as it is now, and goes on with that. */
  returnToLive(): void {
    const { selection } = this.state;
    this.store.setState({
      cursor: null,
      frozen: null,
      follow: true,
      selection: selection?.kind === "event" ? null : selection,
    });
  }

  /** *Freeze view*: events are still collected, but nothing moves. */
  setFrozen(frozen: boolean): void {
    this.store.setState({ frozen: frozen ? this.#model.newest : null });
    if (!frozen) this.#frames.request();
  }

  setTab(tab: Tab): void {
    this.store.setState({ tab });
  }

  setPanel(panel: SidePanel): void {
    this.store.setState({ panel });
  }

  /** Shows an aspect of the selection, in the inspector panel. */
  setAspect(aspect: Aspect): void {
    this.store.setState({ aspect, panel: "inspect" });
  }

  setFilter(filter: string): void {
    this.store.setState({ filter });
  }

  setFollow(follow: boolean): void {
    if (follow !== this.state.follow) this.store.setState({ follow });
  }

  setDialog(dialog: DebuggerState["dialog"]): void {
    this.store.setState({ dialog });
  }

  notify(text: string, tone: "plain" | "fault" = "plain"): void {
    const id = ++this.#lastNotice;
    this.store.setState(({ notices }) => ({ notices: [...notices.slice(-3), { id, tone, text }] }));
    setTimeout(() => this.dismiss(id), NOTICE_TIME);
  }

  dismiss(id: number): void {
    this.store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
  }

  /** Keeps a state that was fetched, for a recording. */
  keepState(state: RecordedState): void {
    const states = new Map(this.state.states);
    states.set(`${state.process}@${state.event}`, state);
    this.store.setState({ states });
  }

  /** The program that is left for a recording: a port cannot be opened again. */
  #leftProgram(): Connection | null {
    const { connection, live } = this.state;
    if (connection?.kind === "file") return live;
    return connection?.kind === "port" ? null : connection;
  }

  #link(link: Link): void {
    this.store.setState({ link });
  }

  #snapshot({ at, first, rest, processes }: SnapshotFrame): void {
    if (first) this.#model = new Model(at);
    this.#model.add(processes);
    if (rest > 0) return;
    // Event ids of another run, or from before a hole, mean nothing here.
    this.store.setState({ model: this.#model, selection: null, cursor: null, frozen: null, states: new Map() });
    this.#frames.request();
  }

  #show(): void {
    this.store.setState(({ version }) => ({ version: version + 1, rate: this.#frames.rate }));
  }
}

const START: DebuggerState = {
  connection: null,
  live: null,
  link: { phase: "none" },
  target: null,
  status: null,
  model: new Model(0, 1),
  version: 0,
  rate: 0,
  selection: null,
  cursor: null,
  frozen: null,
  tab: "log",
  panel: "inspect",
  aspect: "details",
  filter: "",
  follow: true,
  dialog: null,
  notices: [],
  states: new Map(),
};
