import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  // The page is served from any path: by `vite`, by a static server or by the process that it looks at.
  base: "./",
  plugins: [react()],
  // Vite replaces its own conditions by these, so the defaults are spread in.
  resolve: { conditions: ["@marketplace/source", ...defaultClientConditions] },
  // The worker of the page is a module, and a chunk of its own.
  worker: { format: "es" },
  build: { outDir: "dist/app", emptyOutDir: true, sourcemap: true, chunkSizeWarningLimit: 1000 },
});
