import { enter } from "./setup/enter.mjs";

await enter(() => import("./smoke/main.mjs"));
