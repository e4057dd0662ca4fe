import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Servers of one test on loopback, and an end to all of them. */
export interface Loopback {
  /** Listens on a free port and resolves with it. */
  listen(server: Server): Promise<number>;
  /** The port of a server that accepts connections and says nothing. */
  silentPort(): Promise<number>;
  /** A port nobody listens on any more. */
  closedPort(): Promise<number>;
  /** How many connections are open. */
  connections(): number;
  close(): Promise<void>;
}

export function createLoopback(): Loopback {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const listen = async (server: Server) => {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const closeServer = (server: Server) => new Promise((resolve) => server.close(resolve));
  return {
    listen,
    silentPort: () => listen(createServer((socket) => void socket.resume())),
    closedPort: async () => {
      const server = createServer();
      const port = await listen(server);
      await closeServer(server);
      return port;
    },
    connections: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.splice(0).map(closeServer));
    },
  };
}
