import {
  ANY,
  atMetaLevel,
  driverError,
  groundVm,
  observePublishers,
  spawn,
  tcpAddress,
  tcpError,
  tcpListener,
  tcpListening,
  type ActionTree,
} from "@marketplace/runtime";
import { bridge, portChannel, webSocketDial } from "@marketplace/runtime/bridge";
import { attachInspector, recorder } from "@marketplace/runtime/inspect";
import { StandingTally, type Standing } from "./standing.ts";

/** What a worker is told at its beginning. */
export interface Start {
  /** Of the bridge's WebSocket. */
  readonly url: string;
  readonly token: string;
  /** Where its program is to listen. */
  readonly port: number;
  /** Whom to attach the debugger to. */
  readonly inspector: MessagePort;
}

/**
 * Makes this worker a VM of the page that started it: its meta level is on the other side of the page's bridge, and the page's debugger is
 * attached to it. The page is told how it stands.
 *
 * @param target what to call it in the debugger
 * @param program the actions of its boot, given the port on which the page is to listen
 */
export function runBrowserVm(target: string, program: (port: number) => ActionTree<unknown>): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  const tell = (standing: Standing): void => (self as unknown as Worker).postMessage(standing);
  const begin = ({ data }: MessageEvent<Start>): void => start(data, target, program, tell);
  addEventListener("message", begin, { once: true });
}

function start(
  { url, token, port, inspector }: Start,
  target: string,
  program: (port: number) => ActionTree<unknown>,
  tell: (standing: Standing) => void,
): void {
  const standing = new StandingTally(tell);
  const container = bridge(webSocketDial({ url, token }), { onState: (state) => standing.link(state) });
  const boot = () => [spawn(() => report(port, standing), { name: "report" }), program(port)];
  const vm = groundVm(boot, { container, tracer: recorder() });
  attachInspector(vm, portChannel(inspector), { control: true, target });
  vm.ended.then(
    () => tell({ phase: "closed", reason: "The VM has ended." }),
    (error: unknown) => tell({ phase: "closed", reason: `The VM could not start: ${String(error)}` }),
  );
}

/** Watches what becomes of the listener, out there. */
function report(port: number, standing: StandingTally): ActionTree<unknown> {
  return [
    atMetaLevel(
      observePublishers(tcpListening(tcpListener(port), ANY), {
        onPresence: ({ role }) => {
          const { address } = role.topic;
          if (tcpAddress.isGround(address))
            standing.listener({ phase: "listening", host: address.host, port: address.port });
        },
        onAbsence: () => standing.listener(null),
      }),
    ),
    atMetaLevel(
      observePublishers(tcpError(tcpListener(port), ANY, ANY), {
        onPresence: ({ role }) => {
          const { error } = role.topic;
          if (driverError.isGround(error))
            standing.listener({ phase: "refused", code: error.code, message: error.message });
        },
        onAbsence: () => standing.listener(null),
      }),
    ),
  ];
}
