import { enter } from "./setup/enter.mjs";

await enter(() => import("./screenshots/main.mjs"));
