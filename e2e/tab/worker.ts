// The echo server of the examples, in a tab. Its TCP is Node's, on the other side of the bridge.
import { groundVm, tcpRelay } from "@marketplace/runtime";
import { bridge, webSocketDial } from "@marketplace/runtime/bridge";
import { echo } from "../../examples/echo/echo.ts";

onmessage = ({ data: { url, token } }: MessageEvent<{ readonly url: string; readonly token: string }>) => {
  groundVm(() => [tcpRelay("bridge"), echo(0)], { container: bridge(webSocketDial({ url, token })) });
};
