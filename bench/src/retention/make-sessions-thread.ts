import { workerData } from "node:worker_threads";
import { makeRange, type SessionRange } from "./make-sessions.js";

makeRange(workerData as SessionRange);
