// Told to go, opens `count` connections and keeps them open until standard input says so; every other one has sent half a
// request. Prints {"ready"} once it can go, {"opened"} once all were, and {"stillOpen"} at the end, when none is or after
// five seconds of waiting for that.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const [port, count, from] = process.argv.slice(2);
const sockets = new Set();
let opened = 0;

process.stdout.write('{"ready":true}\n');
await once(process.stdin, "data");
await new Promise((resolve) => {
  let started = 0;
  const next = () => {
    if (started === Number(count)) return;
    started += 1;
    const isTalking = started % 2 === 0;
    const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: from }, () => {
      sockets.add(socket);
      opened += 1;
      if (isTalking) socket.write("GET /status HTTP/1.1\r\nHost: a\r\nX-Slow: ");
      if (opened === Number(count)) resolve();
      next();
    });
    socket.on("error", next);
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
  };
  for (let index = 0; index < 100; index += 1) next();
});
process.stdout.write(`${JSON.stringify({ opened })}\n`);
process.stdin.once("data", async () => {
  // What the server has closed is told to this process a moment later.
  for (let look = 0; look < 100 && sockets.size > 0; look += 1) await delay(50);
  process.stdout.write(`${JSON.stringify({ stillOpen: sockets.size })}\n`);
  process.exit(0);
});
