import { eitherAnnouncements, manifestAnnouncements } from '../cluster/announcements.ts';
import { withCommonAnnouncers } from '../cluster/announcers.ts';
import { cachedCluster } from '../cluster/cached-cluster.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { layeredCluster, manifestCluster, manifestNamespaces, unseenCluster } from '../cluster/manifests.ts';
import { recordMissedReads, type MissedReads } from '../cluster/missed-reads.ts';
import { kubeCluster } from '../cluster/kube.ts';
import type { Config } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
import type { StandIn } from '../engine/ports.ts';
import { kubeClusterPorts, noNodes, type ClusterPorts } from './cluster-ports.ts';
import { reach } from './open-cluster.ts';

/** The cluster that the manifests will be applied to, if one is asked. */
export interface BackingCluster {
  /** Undefined if no cluster is asked. */
  readonly api: KubeApi | undefined;
  /** What could not be read so far. */
  readonly missed: MissedReads;
  /** Namespace of the kubeconfig's context. */
  readonly namespace: string | undefined;
  /** Version of the API server, for example `v1.36.3`. */
  readonly version: string | undefined;
  readonly close: () => Promise<void>;
}

export interface BackingClusterOptions {
  readonly offline: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Connects to the cluster, unless `offline` is set. Throws an Error with one line if the cluster does not answer. */
export async function openBackingCluster(
  { offline, kubeconfig, context }: BackingClusterOptions,
  stop: AbortSignal,
): Promise<BackingCluster> {
  if (offline) return { ...noCluster, close: async () => undefined };
  const connection = await kubeconfigConnection({
    ...(kubeconfig === undefined ? {} : { file: kubeconfig }),
    ...(context === undefined ? {} : { context }),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new Error(`no cluster to ask (${reason}); use --offline to check without one`, { cause });
  });
  const cluster = await reach(connection, stop, '; use --offline to check without a cluster');
  return { ...cluster, ...recordMissedReads(cluster.api) };
}

const noCluster = {
  api: undefined,
  missed: { forbidden: () => [], unanswered: () => 0 } satisfies MissedReads,
  namespace: undefined,
  version: undefined,
};

export interface ManifestPortsOptions {
  readonly objects: readonly JsonObject[];
  /** Namespace of objects that name none. */
  readonly namespace: string;
  readonly config: Config;
  readonly api: KubeApi | undefined;
  readonly standIn: StandIn | undefined;
}

/** The ports to the cluster as it will be after the manifests are applied. */
export function manifestPorts({ objects, namespace, config, api, standIn }: ManifestPortsOptions): {
  readonly ports: ClusterPorts;
  /** Whether an object in the manifests, such as a SealedSecret, will create the secret. */
  readonly announcedHere: (namespace: string, secret: string) => Promise<boolean>;
} {
  const backing = api === undefined ? offlinePorts : kubeClusterPorts(api, config);
  const announced = manifestAnnouncements(objects, namespace, withCommonAnnouncers(config.announcers));
  const cluster = layeredCluster(
    manifestCluster(objects, namespace),
    api === undefined ? unseenCluster : kubeCluster(api),
  );
  const ports: ClusterPorts = {
    cluster: cachedCluster(cluster, { ttlMs: config.cache.secret }),
    nodes: backing.nodes,
    namespaces: manifestNamespaces(objects, backing.namespaces),
    announcements: eitherAnnouncements(announced, backing.announcements),
    tokens: backing.tokens,
    ...(backing.openShift && { openShift: backing.openShift }),
    ...(standIn === undefined ? {} : { standIn }),
  };
  const announcedHere = async (namespace: string, secret: string) =>
    (await announced.announcedBy(namespace, secret, AbortSignal.abort())) !== undefined;
  return { ports, announcedHere };
}

/** The ports behind the manifests if no cluster is asked. */
const offlinePorts: Omit<ClusterPorts, 'cluster'> = {
  nodes: noNodes,
  namespaces: { labels: () => Promise.resolve({ kind: 'unavailable', reason: 'offline' }) },
  announcements: { announcedBy: () => Promise.resolve(undefined) },
  tokens: { token: () => Promise.resolve({ kind: 'unavailable', reason: 'offline' }) },
};
