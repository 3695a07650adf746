import { caFile, tlsIdentity } from '../certificates.ts';
import { readBlobs } from './blobs.ts';
import type { Exchange } from './exchange.ts';
import type { RegistryScript, ServerScript } from './script.ts';
import { openServer } from './server.ts';
import { substitute, type Symbols } from './symbols.ts';

export interface RunningScript {
  /** `NAME` (`127.0.0.1:PORT`) and `NAME.port` of every server, `ca` if a server uses TLS, and the `given` symbols. */
  readonly symbols: Symbols;
  /** Returns `value` with all symbols replaced. */
  substitute<T>(value: T): T;
  /** The exchanges of all servers so far, in order. A test may clear it. */
  readonly log: Exchange[];
  /** While on, every server is a public HTTP server without authorization and rules, whatever `listen` is. */
  serveOpenly(on: boolean): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts every server of `script` on a free loopback port. `given` are additional symbols. */
export async function startScript(script: RegistryScript, given: Symbols = {}): Promise<RunningScript> {
  const servers = new Map(
    await Promise.all(
      Object.entries(script.servers).map(
        async ([name, { listen }]) => [name, await openServer(listen === 'closed')] as const,
      ),
    ),
  );
  const tls = Object.values(script.servers).some(({ listen }) => listen === 'https');
  const symbols: Symbols = {
    ...(tls ? { ca: await caFile() } : {}),
    ...Object.fromEntries(addresses(servers)),
    ...given,
  };
  const blobs = readBlobs(script.blobs);
  const closing = new AbortController();
  const log: Exchange[] = [];
  let open = false;

  for (const [server, running] of servers) {
    const written = substitute<ServerScript>(script.servers[server] ?? {}, symbols);
    running.play({
      server,
      blobs,
      script: withRealm(written, running.port),
      signal: closing.signal,
      ...(written.listen === 'https' ? { identity: await tlsIdentity(written.certificate ?? 'trusted') } : {}),
      record: (exchange) => void log.push(exchange),
      isOpen: () => open,
    });
  }

  async function close(): Promise<void> {
    closing.abort();
    await Promise.all([...servers.values()].map((server) => server.close()));
  }

  return {
    symbols,
    substitute: (value) => substitute(value, symbols),
    log,
    async serveOpenly(on) {
      open = on;
      await Promise.all([...servers.values()].map((server) => server.listen(on)));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function* addresses(servers: ReadonlyMap<string, { readonly port: number }>): Generator<[string, string]> {
  for (const [name, { port }] of servers) {
    yield [name, `127.0.0.1:${port}`];
    yield [`${name}.port`, String(port)];
  }
}

/** Adds a realm for the challenge: the server's own token endpoint, unless the script has a realm. */
function withRealm(server: ServerScript, port: number): ServerScript {
  return server.auth ? { ...server, auth: { realm: `http://127.0.0.1:${port}/token`, ...server.auth } } : server;
}
