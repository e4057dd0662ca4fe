// Opens `count` connections and keeps them open until standard input says so; every other one has sent half a request.
// Prints {"open"} once all are, and {"stillOpen"} at the end.
import { connect } from "node:net";

const [port, count, from] = process.argv.slice(2);
const sockets = new Set();
let opened = 0;

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
process.stdout.write(`${JSON.stringify({ open: opened })}\n`);
process.stdin.once("data", () => {
  process.stdout.write(`${JSON.stringify({ stillOpen: sockets.size })}\n`);
  process.exit(0);
});
