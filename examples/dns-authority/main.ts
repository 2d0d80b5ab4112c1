/** Answers questions about the zones of zone files, over UDP and TCP. */
import { readFileSync } from "node:fs";
import { tcpBareDriver, udpDriver } from "@marketplace/node-drivers";
import { timerDriver } from "@marketplace/runtime";
import { authority } from "../dns/authority.ts";
import { parseZoneFile } from "../dns/zone-file.ts";
import { Zones } from "../dns/zone.ts";
import { serve } from "../serve.ts";

/** `FILE`, or `NAME=FILE` where the file leaves out what its names are relative to. */
function readZone(option: string) {
  const [, origin, file = option] = /^([^=/]+)=(.+)$/.exec(option) ?? [];
  return parseZoneFile(readFileSync(file, "utf8"), file, origin);
}

await serve({
  name: "dns-authority",
  port: 5300,
  options: { zone: "FILE or NAME=FILE (a zone file, whose names are relative to NAME; may be given several times)" },
  drivers: (host) => [tcpBareDriver({ host }), udpDriver({ host }), timerDriver()],
  program: (port, { zone = [] }) => {
    if (zone.length === 0) throw new Error("--zone: expected a zone file, came none");
    return authority(port, new Zones(zone.map(readZone)));
  },
  hints: (_join, { host, port }, protocol) => (protocol === "udp" ? [`Ask it: dig @${host} -p ${port} NAME TYPE`] : []),
});
