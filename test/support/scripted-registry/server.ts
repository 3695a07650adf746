import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Exchange } from './exchange.ts';
import { handleRequests, type Stage } from './handler.ts';
import { holdPort } from './held-port.ts';

export interface ScriptedServer {
  readonly port: number;
  /** Starts to handle connections. */
  play(stage: Stage): void;
  /** Opens or closes the port, if the script has it as `closed`. */
  listen(on: boolean): Promise<void>;
  close(): Promise<void>;
}

/** The first byte of a TLS record that holds a handshake. */
const tlsHello = 0x16;

// The responses of Go's net/http to a client that uses the other protocol.
const tlsToPlain =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';
const plainToTls = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/** Takes a free loopback port for one server of a script. If `closed`, reserves the port without a listener. */
export async function openServer(closed: boolean): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  const held = closed ? await holdPort() : undefined;
  if (!held) await listenOn(listener, 0);
  const port = held?.port ?? (listener.address() as AddressInfo).port;

  async function shut(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (!listener.listening) return;
    listener.close();
    await once(listener, 'close');
  }

  return {
    port,
    play: (stage) => void listener.on('connection', receive(stage)),
    async listen(on) {
      if (!held || on === listener.listening) return;
      if (!on) return shut();
      await held.release();
      await listenOn(listener, port);
    },
    async close() {
      await held?.release();
      await shut();
    },
  };
}

/**
 * Reads the first bytes of a connection and passes it to the HTTP or HTTPS server, or handles it as the script says.
 */
function receive(stage: Stage): (socket: Socket) => void {
  const handler = handleRequests(stage);
  const http = createHttpServer(handler);
  const https = stage.identity && createHttpsServer({ ...stage.identity }, handler);
  https?.on('tlsClientError', (_error, socket) => {
    note('(TLS handshake failed)', null);
    socket.destroy();
  });

  function note(method: string, status: Exchange['status'], path = ''): void {
    stage.record({ server: stage.server, method, path, authorization: null, accept: null, status });
  }

  return function accept(socket) {
    const mode = stage.isOpen() ? 'http' : (stage.script.listen ?? 'http');
    if (mode === 'silent' || mode === 'reset') note('(connection)', mode);
    if (mode === 'silent') return;
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      const tls = first?.[0] === tlsHello;
      if (first === null) {
        socket.destroy();
      } else if (mode === 'reset') {
        socket.resetAndDestroy();
      } else if (mode === 'http' && tls) {
        note('(TLS hello on plain http)', 400);
        socket.end(tlsToPlain);
      } else if (mode === 'https' && !tls) {
        const [method = '', path = ''] = first.toString('latin1').split('\r\n', 1).join().split(' ');
        note(method, 400, path);
        socket.end(plainToTls);
      } else {
        socket.unshift(first);
        (tls ? https : http)?.emit('connection', socket);
      }
    });
  };
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
