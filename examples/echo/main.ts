/** Sends back what it receives, byte for byte. */
import { serve } from "../serve.ts";
import { echo } from "./echo.ts";

await serve({ name: "echo", port: 5998, program: echo, hints: (join) => [`Talk to it: ${join}`] });
