import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { sessionMs, type Connection, type Session } from './connection.ts';

export interface KubeconfigOptions {
  /** Path of the file; without it kubectl's rules (`KUBECONFIG`, then `~/.kube/config`). */
  readonly file?: string;
  readonly context?: string;
}

/**
 * The way that a kubeconfig names, with everything that @kubernetes/client-node knows: client certificates, token
 * files, exec plugins, OIDC, proxies. It is loaded only here, since its import takes a quarter of a second.
 * Throws with a line for people where the file cannot be read or names no cluster.
 */
export async function kubeconfigConnection(options: KubeconfigOptions = {}): Promise<Connection> {
  const place = options.file ?? 'the default kubeconfig';
  try {
    return await connection(await load(options));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${place}: the kubeconfig cannot be used (${reason})`, { cause: error });
  }
}

async function connection(config: KubeConfig): Promise<Connection> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('it names no current cluster');
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  let session = await open(config);
  let openedAt = performance.now();
  let opening: Promise<Session> | undefined;

  async function reopen(): Promise<Session> {
    const old = session;
    session = await open(config);
    openedAt = performance.now();
    // What is in flight ends first; nobody waits for that.
    void old.dispatcher.close();
    return session;
  }

  return {
    server: cluster.server.replace(/\/+$/, ''),
    ...(namespace === undefined ? {} : { namespace }),
    async session(renew) {
      if (!renew && performance.now() - openedAt <= sessionMs) return session;
      // An exec plugin takes seconds, and a dispatcher is closed only once.
      opening ??= reopen().finally(() => (opening = undefined));
      return opening;
    },
    close: () => session.dispatcher.close(),
  };
}

async function load(options: KubeconfigOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  if (options.file === undefined) config.loadFromDefault();
  else config.loadFromFile(options.file);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  return config;
}

/** client-node hands what it knows to a request of its own; what it would set there is a session. */
async function open(config: KubeConfig): Promise<Session> {
  const headers: Record<string, string> = {};
  let dispatcher: Dispatcher | undefined;
  const request = {
    setHeaderParam: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    setDispatcher: (given: Dispatcher) => void (dispatcher = given),
  };
  await config.applySecurityAuthentication(request as Parameters<typeof config.applySecurityAuthentication>[0]);
  return { dispatcher: dispatcher ?? new Agent(), headers };
}
