import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

// How long each part of a build takes on a busy machine is of no interest to who starts a program.
const rolldownOptions = { checks: { pluginTimings: false } };

export default defineConfig({
  // The page is served from any path: by `vite`, by a static server or by the process that it looks at.
  base: "./",
  plugins: [react()],
  // Vite replaces its own conditions by these, so the defaults are spread in.
  resolve: { conditions: ["@marketplace/source", ...defaultClientConditions] },
  // The worker of the page is a module, and a chunk of its own.
  worker: { format: "es", rolldownOptions },
  build: { outDir: "dist/app", emptyOutDir: true, sourcemap: true, chunkSizeWarningLimit: 1000, rolldownOptions },
});
