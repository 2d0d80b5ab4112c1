import { expect, test } from "vitest";
import { tcpBareDriver, type TcpBareOptions } from "@marketplace/node-drivers";

test.each<[unknown, string]>([
  [null, "tcpBareDriver: options: expected an object with host, maxUnsent, flow, admit, got null"],
  [5999, "tcpBareDriver: options: expected an object with host, maxUnsent, flow, admit, got 5999"],
  [{ port: 5999 }, 'tcpBareDriver: options: expected only host, maxUnsent, flow, admit, got "port"'],
  [{ host: "" }, 'tcpBareDriver: host: expected a host name or an IP address, got ""'],
  [{ host: 127 }, "tcpBareDriver: host: expected a host name or an IP address, got 127"],
  [{ maxUnsent: 0 }, "tcpBareDriver: maxUnsent: expected a number of bytes, an integer from 1 up, got 0"],
  [{ maxUnsent: Infinity }, "tcpBareDriver: maxUnsent: expected a number of bytes, an integer from 1 up, got Infinity"],
  [{ flow: true }, "tcpBareDriver: flow: expected an object with begin(), got true"],
  [{ admit: {} }, "tcpBareDriver: admit: expected what networkPolicy(rules).session() returns, got {}"],
  [{ maxUnsent: "1 MiB" }, 'tcpBareDriver: maxUnsent: expected a number of bytes, an integer from 1 up, got "1 MiB"'],
])("tcpBareDriver(%j) throws BAD_ARGUMENT and says what was expected and what came", (options, message) => {
  const call = (): unknown => tcpBareDriver(options as TcpBareOptions);
  expect(call).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});

test("tcpBareDriver takes undefined options as left out", () => {
  expect(tcpBareDriver({ host: undefined, maxUnsent: undefined, flow: undefined })).toMatchObject({ type: "spawn" });
  expect(tcpBareDriver()).toMatchObject({ type: "spawn", name: "tcp-bare driver" });
});
