import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import { version } from './version.ts';

/**
 * Each choice of `config` in a few lines, so that a log alone tells what a verdict rested on. Of a proxy only whether
 * there is one: its URL may hold a password.
 */
export function logConfig(log: Log, config: Config): void {
  const { profile, templates, namespaces, namespaceLabel, exemptions, deadline, missingSecret, deep, platforms } =
    config;
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
    },
    'the policy',
  );
  logRegistries(log, config);
  logNodes(log, config);
}

/** What is read at the start only. */
export function logStart(log: Log, { tls, server, ownNamespace, events, recheck }: Config): void {
  const { source, webhookConfiguration, clientCA } = tls;
  const { address, port, metricsPort } = server;
  log.info(
    {
      version,
      node: process.version,
      ownNamespace,
      server: { address, port, metricsPort },
      tls: { source, webhookConfiguration, clientCA },
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
    'registries are looked up as containerd does',
  );
}

function logNodes(log: Log, { nodes, nodeCredentials }: Config): void {
  const { dockerConfig, providers, complete, matchImages } = nodeCredentials;
  const belief = complete
    ? 'nodes are taken to hold no registry credentials beyond what is mounted and what matchImages covers; set nodeCredentials.complete: false where they may'
    : 'nodes may hold registry credentials that are not known: no refusal is certain';
  log.info(
    {
      nodes: nodes.enabled ? 'read' : 'not read',
      dockerConfig,
      providers: providers?.config,
      matchImages: matchImages.length,
      complete,
    },
    belief,
  );
}
