import type { OpenShift } from '../cluster/openshift.ts';
import type { Config } from '../config/config.ts';
import type { RuntimeKind } from '../engine/nodes/runtime-kind.ts';
import type { Registry, Tags } from '../engine/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import { decorate, type RunOptions } from '../registry/decorators/decorate.ts';
import type { ResolveHost } from '../registry/network/dns.ts';
import type { Traffic } from '../registry/network/observed-send.ts';
import type { Send } from '../registry/network/transport.ts';
import { createHttpRegistry } from '../registry/http-registry.ts';
import { readCertificates } from '../lib/pem.ts';
import { assumedRuntimes } from './assumed-runtimes.ts';
import { composeRuntimeHosts, problemWords } from './runtime-hosts.ts';
import { watchContainers } from './containers-settings.ts';
import { version } from './version.ts';

/** The registry ports, with the settings of the config. */
export interface Registries {
  readonly registry: Registry;
  readonly tags: Tags;
  /** The container runtimes that the nodes may have, if no node is known. */
  readonly runtimes: readonly RuntimeKind[];
  /** The problems of the nodes' files that were read, such as an invalid hosts.toml, one line each. */
  readonly problems: () => readonly string[];
  readonly close: () => Promise<void>;
}

type RegistryMetrics = Pick<
  Metrics,
  'exchanged' | 'quota' | 'cache' | 'breaker' | 'load' | 'connections' | 'hostsProblems'
>;

const mebibyte = 2 ** 20;
/** Answers about images, manifests and blobs, and lists of tags. Each kind has its own part of the cache. */
const kindsOfAnswers = 4;
/** A list of tags only helps to explain, so it has a fifth of the time limit for headers. */
const shareOfTags = 1 / 5;

/** Called with the cause of a failure that the answer to a pod creator does not tell. */
export type OnConcealed = (registry: string, cause: string) => void;

/** Called with each request and its answer, both with their secrets. */
export type OnTraffic = (traffic: Traffic) => void;

/** What the registry ports may use beside the config. */
export interface RegistryParts {
  readonly metrics?: RegistryMetrics;
  /** Replaces DNS in tests. */
  readonly resolveHost?: ResolveHost;
  /** Replaces the network, for the warm-up. */
  readonly send?: Send;
  /** Set if the answers go to pod creators, who must not probe the network with them. */
  readonly onConcealed?: OnConcealed;
  /** Set for one run over many objects. */
  readonly run?: RunOptions;
  readonly onTraffic?: OnTraffic;
  /** Where the nodes of OpenShift get their files from. It replaces the files that the config names. */
  readonly openShift?: OpenShift;
}

/** Creates the registry ports. Throws an Error with one line if a file that the config names cannot be read. */
export async function composeRegistries(
  config: Config,
  { metrics, resolveHost, send, onConcealed, run, onTraffic, openShift }: RegistryParts = {},
): Promise<Registries> {
  const { client, network, proxy, cache, registries, realmHosts } = config;
  const authorities = await readAuthorities(config);
  const counts = { hosts: 0, containers: 0 };
  const count = (of: keyof typeof counts) => (problems: number) => {
    counts[of] = problems;
    metrics?.hostsProblems(counts.hosts + counts.containers);
  };
  const runtimes = await composeRuntimeHosts(config, count('hosts'));
  const containers = await watchContainers(config, openShift, count('containers'));
  const { hosts, credentialOf, problems } = runtimes;
  const named = new Set([...registries.map(({ host }) => host), ...runtimes.registries]);
  const isNamed = (host: string): boolean => named.has(host);
  const http = createHttpRegistry({
    userAgent: `pullgate/${version}`,
    hosts,
    credentialOf,
    ...(containers === undefined ? {} : { containers: containers.settings }),
    allowLoopback: network.allowLoopback,
    insecureRegistries: registries.flatMap(({ host, insecure }) => (insecure === true ? host : [])),
    caFor: (host) => authorities.get(host) ?? [],
    realmHosts,
    addresses: { allowed: network.allowAddresses, denied: network.denyRanges },
    timeouts: { connectMs: client.connectTimeout, headersMs: client.headersTimeout },
    proxy: {
      ...(proxy.http === undefined ? {} : { httpProxy: proxy.http.reveal() }),
      ...(proxy.https === undefined ? {} : { httpsProxy: proxy.https.reveal() }),
      ...(proxy.none === undefined ? {} : { noProxy: proxy.none }),
    },
    ...(resolveHost === undefined ? {} : { resolveHost }),
    ...(send === undefined ? {} : { send }),
    ...(onConcealed === undefined ? {} : { onConcealed }),
    ...(onTraffic === undefined ? {} : { onTraffic }),
    onExchange: (exchange) => metrics?.exchanged(exchange),
    onRateLimit: (host, quota) => metrics?.quota(host, quota),
    onConnections: (open) => metrics?.connections(open),
  });
  const decorated = decorate(http, {
    cache: {
      digestTtlMs: cache.digest,
      tagTtlMs: cache.tag,
      unreachableTtlMs: cache.failure,
      staleMs: cache.lastKnown,
      lingerMs: client.headersTimeout,
      maxBytes: Math.floor((cache.size * mebibyte) / kindsOfAnswers),
      onEvent: (event) => metrics?.cache(event),
    },
    tags: { waitMs: Math.ceil(client.headersTimeout * shareOfTags) },
    limit: {
      concurrency: client.concurrency,
      onLoad: (host, active, waiting) => metrics?.load(host, active, waiting),
    },
    breaker: {
      threshold: client.breaker.failures,
      openMs: client.breaker.pause,
      maxOpenMs: client.breaker.maxPause,
      onState: (host, scope, state) => metrics?.breaker(host, scope, state),
    },
    ...(onConcealed === undefined ? {} : { discretion: { isPrivate: http.isPrivate, isNamed, onConcealed } }),
    ...(run === undefined ? {} : { run }),
  });
  return {
    ...decorated,
    runtimes: assumedRuntimes(config, runtimes.rewrites),
    problems: () => [...problems(), ...(containers?.problems() ?? []).map(problemWords)],
    close: () => http.close(),
  };
}

async function readAuthorities({ registries }: Config): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = registries.map(
    async ({ host, ca }) => [host, ca === undefined ? [] : [await readCertificates(ca, 'registries: ca')]] as const,
  );
  return new Map(await Promise.all(read));
}
