import { defineConfig } from "vite";

// What the browser loads. The same sources, compiled by tsc, are what the server draws the first page with.
export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    outDir: "dist/public",
    // The oldest browsers that know `light-dark()`, which the style relies on.
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    sourcemap: false,
    rolldownOptions: {
      input: { app: "src/browser/main.tsx", style: "src/style.css" },
      // Without a hash: during a roll-out an instance of either version serves whichever the page asks for.
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
