// The public names, in reading order.

// Terms and patterns: what messages and topics are made of.
export { ANY, wild, isWild, type Wildcard, type Tail } from "./terms/wildcard.ts";
export {
  checked,
  isRecord,
  record,
  type FieldCheck,
  type PatternRec,
  type Rec,
  type RecordType,
} from "./terms/record.ts";
export {
  checkTerm,
  equalTerms,
  equivalent,
  isGround,
  isList,
  isPlainObject,
  type Atom,
  type Term,
  type TermObject,
} from "./terms/term.ts";
export { intersection, matches } from "./terms/unify.ts";
export type { MessageOf, PatternOf, TopicOf } from "./terms/types.ts";
export { formatTerm, type FormatOptions } from "./terms/format.ts";
export { parseTerm, type ParseOptions } from "./terms/parse.ts";
export { termFromJson, termToJson, type FromJsonOptions, type Json, type ToJsonOptions } from "./terms/json.ts";
export { RecordTable } from "./terms/record-table.ts";
export { checkOptions } from "./terms/check.ts";
export { badArgument, MarketplaceError } from "./terms/error.ts";

// What processes and their VM say to each other.
export type { InterestType, Orientation, Role } from "./model/role.ts";
export type { AbsenceEvent, EndpointEvent, MessageArrival, PresenceEvent } from "./model/event.ts";
export type {
  Action,
  ActionTree,
  AddEndpoint,
  AtMetaLevel,
  Boot,
  DeleteEndpoint,
  EndpointId,
  MetaAction,
  OnSpawned,
  Quit,
  SendMessage,
  Spawn,
  SpawnVm,
  Unchecked,
  VmLimits,
  Yield,
} from "./model/action.ts";
export { transition, type Step, type Transition } from "./model/transition.ts";

// What a program is written with.
export {
  nameEndpoint,
  observePublishers,
  observeSubscribers,
  on,
  publisher,
  subscriber,
  type Clause,
  type EndpointHandlers,
  type EndpointOptions,
  type ObserverOptions,
} from "./dsl/endpoints.ts";
export { sendFeedback, sendMessage } from "./dsl/messages.ts";
export {
  atMetaLevel,
  deleteEndpoint,
  nameProcess,
  quit,
  spawn,
  spawnVm,
  yieldThen,
  type SpawnOptions,
  type SpawnVmOptions,
} from "./dsl/processes.ts";
export { sequenceActions } from "./dsl/sequence-actions.ts";
export { freshId } from "./dsl/fresh-id.ts";

// Ways of putting it together that recur.
export { ask, type AskOptions } from "./dsl/ask.ts";
export { onDemand, type OnDemandOptions } from "./dsl/on-demand.ts";
export { supervise, type SuperviseOptions } from "./dsl/supervise.ts";

// What programs and drivers say to each other.
export {
  eof,
  isEof,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpEof,
  tcpError,
  tcpHandle,
  tcpListener,
  tcpListening,
  tcpMode,
  type Eof,
  type TcpAddress,
  type TcpChannel,
  type TcpCredit,
  type TcpEnd,
  type TcpError,
  type TcpHandle,
  type TcpListener,
  type TcpListening,
  type TcpMode,
  type TcpSubpacket,
} from "./messages/tcp.ts";
export {
  udpError,
  udpFailure,
  udpHandle,
  udpListener,
  udpListening,
  udpPacket,
  udpRemoteAddress,
  type UdpEnd,
  type UdpError,
  type UdpFailure,
  type UdpHandle,
  type UdpListener,
  type UdpListening,
  type UdpPacket,
  type UdpRemoteAddress,
} from "./messages/udp.ts";
export { setTimer, timerExpired, type SetTimer, type TimerExpired } from "./messages/timer.ts";
export { consoleInput, consoleOutput, type ConsoleInput, type ConsoleOutput } from "./messages/console.ts";
export { driverError, type DriverError } from "./messages/driver.ts";
export { messageRecords } from "./messages/records.ts";

// Drivers and event sources that need no platform.
export { timerDriver } from "./drivers/timer.ts";
export { timerRelay } from "./drivers/timer-relay.ts";
export { eventRelay } from "./drivers/event-relay.ts";
export { relay, type RelayedRole } from "./drivers/relay.ts";
export { tcpRelay, tcpRoles } from "./drivers/tcp-relay.ts";
export { udpRelay, udpRoles } from "./drivers/udp-relay.ts";
export { fromPromise } from "./drivers/from-promise.ts";
export { fromAsyncIterable } from "./drivers/from-async-iterable.ts";
export { fromReadable, type ReadableLike } from "./drivers/from-readable.ts";
export { genericSpy, type GenericSpyOptions, type SpyOptions } from "./drivers/generic-spy.ts";
export { tcpSpy } from "./drivers/tcp-spy.ts";

// The VM that meets the outside world.
export { groundVm } from "./dsl/ground-vm.ts";
export type { AbortSignalLike, GroundVm, GroundVmOptions } from "./vm/ground-vm.ts";
export type { Disarm, Source } from "./vm/event-source.ts";
export { defaultHost, type Host } from "./vm/host.ts";
export type { Warning } from "./vm/warning.ts";
