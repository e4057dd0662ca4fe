import { enter } from "./setup/enter.mjs";

await enter(() => import("./mutation/main.mjs"));
