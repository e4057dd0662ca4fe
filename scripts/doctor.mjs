import { enter } from "./setup/enter.mjs";

await enter(() => import("./doctor/main.mjs"));
