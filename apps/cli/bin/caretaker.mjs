#!/usr/bin/env node
// npm links this file when it installs, which is before anything is built.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("caretaker is not built yet: run `npm run build` in the repository first\n");
  process.exitCode = 1;
}
