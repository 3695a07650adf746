import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { objectOf, type JsonObject } from '../../../src/lib/json.ts';
import { createAuthority, issueLeaf } from '../../../src/tls/issue.ts';
import { freePorts, startDaemon, waitFor, type Daemon } from '../../support/control-plane/daemon.ts';
import { apiServerDouble, type ApiServerDouble } from '../../support/api-server-double.ts';
import { exchange, reviewText } from '../../support/admission-client.ts';
import type { RunningPullgate } from '../../support/pullgate.ts';

/**
 * What replicas of `pullgate serve` share: a folder for configs and certificates, an API server double and a client.
 */
export interface Site extends AsyncDisposable {
  readonly folder: string;
  readonly api: ApiServerDouble;
  readonly agent: Agent;
  /** Replaces the certificate by a new one of the same authority, and returns its PEM text. */
  renew(): Promise<string>;
  /** Starts a replica and waits until it is ready. */
  start(settings?: JsonObject, launch?: Launch): Promise<Replica>;
}

/** How to start a replica. */
export interface Launch {
  /** Command before the program and its arguments, for example a shell that sets limits. */
  readonly wrapper?: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Path of the program. Default: `src/main.ts`. */
  readonly main?: string;
  /** False if the program finds the API server without a kubeconfig. */
  readonly kubeconfig?: false;
}

/** A running `pullgate serve` process. */
export interface Replica extends Pick<RunningPullgate, 'get' | 'review'>, AsyncDisposable {
  readonly daemon: Daemon;
  readonly port: number;
  /** Port of /metrics and /readyz over plain HTTP. */
  readonly metricsPort: number;
  isReady(): Promise<boolean>;
}

const sourceMain = join(import.meta.dirname, '../../../src/main.ts');

/** Creates a site without replicas. */
export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-faults-'));
  const file = (name: string): string => join(folder, name);
  const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
  const [api, authority] = await Promise.all([apiServerDouble(), createAuthority(validity)]);
  api.put('team', 'serviceaccounts', { metadata: { name: 'default' } });
  await writeFile(file('kubeconfig'), plainKubeconfig(api.url));
  const agent = new Agent({ keepAlive: true, ca: authority.cert });

  async function renew(): Promise<string> {
    const { cert, key } = await issueLeaf(authority, { ...validity, names: ['127.0.0.1', 'localhost'] });
    await writeFile(file('tls.crt'), cert);
    await writeFile(file('tls.key'), key, { mode: 0o600 });
    return cert;
  }

  async function start(settings: JsonObject = {}, launch: Launch = {}): Promise<Replica> {
    const [port = 0, metricsPort = 0] = await freePorts(2);
    const config = file(`config-${port}.yaml`);
    await writeFile(config, JSON.stringify(configOf(settings, { port, metricsPort, folder })));
    const { wrapper = [], nodeOptions = [], main = sourceMain } = launch;
    const serve = [
      process.execPath,
      ...nodeOptions,
      main,
      'serve',
      '--config',
      config,
      ...(launch.kubeconfig === false ? [] : ['--kubeconfig', file('kubeconfig')]),
    ];
    const [command = '', ...args] = [...wrapper, ...serve];
    const daemon = startDaemon('pullgate', command, args);

    async function isReady(): Promise<boolean> {
      const response = await request(`http://127.0.0.1:${metricsPort}/readyz`);
      await response.body.dump();
      return response.statusCode === 200;
    }

    await waitFor(daemon, isReady);
    return {
      daemon,
      port,
      metricsPort,
      isReady: () => isReady().catch(() => false),
      get: (path) => exchange(agent, port, path, undefined),
      review: (object, sending = {}) =>
        exchange(agent, port, `/validate${sending.query ?? '?timeout=10s'}`, reviewText(object, sending)),
      [Symbol.asyncDispose]: () => daemon.stop(),
    };
  }

  await renew();
  return {
    folder,
    api,
    agent,
    renew,
    start,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly port: number;
  readonly metricsPort: number;
  readonly folder: string;
}

function configOf(settings: JsonObject, { port, metricsPort, folder }: Place): JsonObject {
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    nodes: { enabled: false },
    ...settings,
    network: { allowLoopback: true, ...objectOf(settings['network']) },
    tls: { source: 'files', certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') },
    server: { address: '127.0.0.1', port, metricsPort, drain: '0s', grace: '4s', ...objectOf(settings['server']) },
  };
}

/** A kubeconfig for the API server double. client-node accepts its plain HTTP only with `insecure-skip-tls-verify`. */
function plainKubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: {} }],
  });
}
