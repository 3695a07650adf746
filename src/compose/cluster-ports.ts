/**
 * The composition root: the one room that knows every other. It maps the config to the rooms' own options, wires what
 * they make, and logs each choice.
 */
import { cachedCluster, cachedNamespaces } from '../cluster/cached-cluster.ts';
import { kubeAnnouncements } from '../cluster/announcements.ts';
import type { Connection } from '../cluster/connection.ts';
import { inClusterConnection } from '../cluster/in-cluster.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { kubeNodes, type NodesState } from '../cluster/kube-nodes.ts';
import { kubeCluster, kubeNamespaces } from '../cluster/kube.ts';
import { kubeTokens } from '../cluster/tokens.ts';
import type { Config } from '../config/config.ts';
import type {
  Announcements,
  Namespaces,
  Nodes,
  RememberingCluster,
  ServiceAccountTokens,
  StandIn,
} from '../engine/ports.ts';

/** What the cluster tells Pullgate, whatever stands behind it: an API server, manifests, or a test's double. */
export interface ClusterPorts {
  readonly cluster: RememberingCluster;
  readonly nodes: Nodes;
  readonly namespaces: Namespaces;
  readonly announcements: Announcements;
  readonly tokens: ServiceAccountTokens;
  readonly standIn?: StandIn;
}

/** The way to the API server: a kubeconfig where one is named, else that of a pod. Throws with a line for people. */
export async function connect(
  kubeconfig: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  if (kubeconfig !== undefined) return kubeconfigConnection({ file: kubeconfig });
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  return host === undefined || host === ''
    ? kubeconfigConnection()
    : inClusterConnection({ host, port: port ?? '443' });
}

/** The world behind an API server, with a memory as long as the config says; `onNodes` hears whether nodes are seen. */
export function kubeClusterPorts(api: KubeApi, config: Config, onNodes?: (state: NodesState) => void): ClusterPorts {
  const { enabled, refresh } = config.nodes;
  return {
    cluster: cachedCluster(kubeCluster(api), { ttlMs: config.cache.secret }),
    nodes: enabled ? kubeNodes(api, { everyMs: refresh, ...(onNodes && { onState: onNodes }) }) : noNodes,
    namespaces: cachedNamespaces(kubeNamespaces(api)),
    announcements: kubeAnnouncements(api),
    tokens: kubeTokens(api),
  };
}

/** No node in sight: platforms are required only as far as the config names them. */
export const noNodes: Nodes = { nodes: () => Promise.resolve(undefined) };
