import { eitherAnnouncements, manifestAnnouncements } from '../cluster/announcements.ts';
import { cachedCluster } from '../cluster/cached-cluster.ts';
import { kubeApi, type KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { layeredCluster, manifestCluster, manifestNamespaces, unseenCluster } from '../cluster/manifests.ts';
import { kubeCluster } from '../cluster/kube.ts';
import type { Config } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
import type { StandIn } from '../engine/ports.ts';
import { kubeClusterPorts, noNodes, type ClusterPorts } from './cluster-ports.ts';

/** What stands behind the manifests: a cluster, or nothing. */
export interface BackingCluster {
  readonly api: KubeApi | undefined;
  /** Of the kubeconfig's context. */
  readonly namespace: string | undefined;
  readonly close: () => Promise<void>;
}

export interface BackingClusterOptions {
  readonly offline: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Throws with a line for people where the cluster that should be asked does not answer. */
export async function openBackingCluster(
  { offline, kubeconfig, context }: BackingClusterOptions,
  stop: AbortSignal,
): Promise<BackingCluster> {
  if (offline) return { api: undefined, namespace: undefined, close: async () => undefined };
  const connection = await kubeconfigConnection({
    ...(kubeconfig === undefined ? {} : { file: kubeconfig }),
    ...(context === undefined ? {} : { context }),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new Error(`no cluster to ask (${reason}); --offline asks none`, { cause });
  });
  const api = kubeApi(connection);
  const answer = await api.get('/version', stop);
  if (answer.kind === 'unavailable') {
    await connection.close();
    throw new Error(`${connection.server}: the API server cannot be reached (${answer.reason}); --offline asks none`);
  }
  return { api, namespace: connection.namespace, close: () => connection.close() };
}

export interface ManifestPortsOptions {
  readonly objects: readonly JsonObject[];
  /** Of objects that name none. */
  readonly namespace: string;
  readonly config: Config;
  readonly api: KubeApi | undefined;
  readonly standIn: StandIn | undefined;
}

/** The world as it will be once the manifests are applied to the cluster behind them. */
export function manifestPorts({ objects, namespace, config, api, standIn }: ManifestPortsOptions): {
  readonly world: ClusterPorts;
  /** Whether the manifests themselves logConfig a secret. */
  readonly announcedHere: (namespace: string, secret: string) => Promise<boolean>;
} {
  const behind = api === undefined ? unseen : kubeClusterPorts(api, config);
  const announced = manifestAnnouncements(objects, namespace);
  const cluster = layeredCluster(
    manifestCluster(objects, namespace),
    api === undefined ? unseenCluster : kubeCluster(api),
  );
  const world: ClusterPorts = {
    cluster: cachedCluster(cluster, { ttlMs: config.cache.secret }),
    nodes: behind.nodes,
    namespaces: manifestNamespaces(objects, behind.namespaces),
    announcements: eitherAnnouncements(announced, behind.announcements),
    tokens: behind.tokens,
    ...(standIn === undefined ? {} : { standIn }),
  };
  const announcedHere = async (namespace: string, secret: string) =>
    (await announced.announcedBy(namespace, secret, AbortSignal.abort())) !== undefined;
  return { world, announcedHere };
}

/** What is behind the manifests where no cluster is asked. */
const unseen: Omit<ClusterPorts, 'cluster'> = {
  nodes: noNodes,
  namespaces: { labels: () => Promise.resolve({ kind: 'unavailable', reason: 'offline' }) },
  announcements: { announcedBy: () => Promise.resolve(undefined) },
  tokens: { token: () => Promise.resolve({ kind: 'unavailable', reason: 'offline' }) },
};
