import { enter } from "./setup/enter.mjs";

await enter(() => import("./check/main.mjs"));
