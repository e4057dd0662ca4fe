import { enter } from "./setup/enter.mjs";

await enter(() => import("./testing/main.mjs"));
