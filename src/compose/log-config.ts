import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import type { OnConcealed } from './registry.ts';
import { version } from './version.ts';

/**
 * Logs the choices of `config` in a few lines, so that the log shows the reasons for a verdict. Logs only whether there
 * is a proxy, because its URL may contain a password.
 */
export function logConfig(log: Log, config: Config): void {
  const { profile, templates, namespaces, namespaceLabel, exemptions, deadline, missingSecret, deep, platforms } =
    config;
  const workloads = config.workloads.map(({ group, kind }) => `${kind}.${group}`);
  log.info(
    {
      profile,
      templates,
      namespaces: namespaces.length,
      namespaceLabel: namespaceLabel.profiles,
      exemptions: exemptions.length,
      deadline,
      missingSecret,
      deep,
      platforms,
      workloads,
    },
    'policy',
  );
  logRegistries(log, config);
  logNodes(log, config);
}

/** Logs the options that are read only at the start. */
export function logStart(log: Log, { tls, server, ownNamespace, announcers, events, recheck }: Config): void {
  const { source, webhookConfiguration, clientCA } = tls;
  const { address, port, metricsPort } = server;
  log.info(
    {
      version,
      node: process.version,
      ownNamespace,
      server: { address, port, metricsPort },
      tls: { source, webhookConfiguration, clientCA },
      announcers: announcers.map(({ kind }) => kind),
      events,
      recheck,
    },
    'starting',
  );
}

function logRegistries(log: Log, { certsDir, network, proxy, registries, realmHosts, rewrites }: Config): void {
  log.info(
    {
      certsDir,
      ...network,
      registries: registries.map(({ host }) => host),
      insecure: registries.flatMap(({ host, insecure }) => (insecure === true ? host : [])),
      realmHosts,
      rewrites: rewrites.length,
      proxy: proxy.http !== undefined || proxy.https !== undefined,
    },
    'registries',
  );
}

function logNodes(log: Log, { nodes, nodeCredentials }: Config): void {
  const { dockerConfig, providers, complete, matchImages } = nodeCredentials;
  const assumption = complete
    ? 'nodes are assumed to have no registry credentials except those that are mounted or that matchImages covers; if they may have others, set nodeCredentials.complete: false'
    : 'nodes may have unknown registry credentials, so no refused pull is certain to fail on a node';
  log.info(
    {
      nodes: nodes.enabled ? 'read' : 'not read',
      dockerConfig,
      providers: providers?.config,
      matchImages: matchImages.length,
      complete,
    },
    assumption,
  );
}

/** Returns a function that logs what an answer to a pod creator does not tell: see `composeRegistries`. */
export function logConcealed(log: Log): OnConcealed {
  return (registry, cause) => log.info({ registry, cause }, 'no registry answered at a private address');
}
