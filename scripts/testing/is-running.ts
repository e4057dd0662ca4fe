export { isAlive as isRunning } from "../setup/pid-lock.mjs";
