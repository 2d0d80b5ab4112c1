import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { checkHost, checkPort } from "../failure.ts";
import type { Addresses, Admission } from "../policy/admission.ts";
import { when } from "../when.ts";

/**
 * Begins to connect. With an admission, to nothing but what it has checked.
 *
 * @param host and
 * @param port are checked here: terms are not typed when they arrive
 * @throws MarketplaceError `ERR_INVALID_ARG_VALUE`, `ERR_SOCKET_BAD_PORT`, and those of {@link Admission}
 */
export function dial(host: unknown, port: unknown, admit: Admission | undefined): Socket {
  checkHost(host);
  checkPort(port);
  const how = { port, allowHalfOpen: true, noDelay: true };
  if (admit === undefined) return connect({ ...how, host });
  const release = admit.open();
  try {
    const addresses = admit.addresses("connect", host, port);
    const isKnown = !(addresses instanceof Promise);
    const socket = connect(isKnown ? { ...how, host: addresses[0] } : { ...how, host, lookup: giving(addresses) });
    socket.once("close", release);
    return socket;
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** A look-up that knows the answer. Node connects to the addresses it is given, and looks for no others. */
function giving(addresses: Promise<Addresses>): LookupFunction {
  return (_name, { all }, done) => {
    const found = ([first, ...others]: Addresses): void => {
      if (all !== true) done(null, first, isIP(first));
      else
        done(
          null,
          [first, ...others].map((address) => ({ address, family: isIP(address) })),
        );
    };
    when(addresses, found, (error) => done(error as Error, []));
  };
}
