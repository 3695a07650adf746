import { cachedCluster, cachedNamespaces } from '../cluster/cached-cluster.ts';
import { kubeAnnouncements } from '../cluster/announcements.ts';
import { withCommonAnnouncers } from '../cluster/announcers.ts';
import type { Connection } from '../cluster/connection.ts';
import { inClusterConnection } from '../cluster/in-cluster.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { openShift, type OpenShift, type OpenShiftSettings } from '../cluster/openshift.ts';
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

/** The ports to the cluster. Behind them is an API server, a set of manifests, or a test double. */
export interface ClusterPorts {
  readonly cluster: RememberingCluster;
  readonly nodes: Nodes;
  readonly namespaces: Namespaces;
  readonly announcements: Announcements;
  readonly tokens: ServiceAccountTokens;
  readonly standIn?: StandIn;
  /** Set if the config says that the cluster is OpenShift. */
  readonly openShift?: OpenShift;
}

/**
 * Connects to the API server: with `kubeconfig` if it is set, else as a pod if this process runs in one, else by
 * kubectl's rules for kubeconfigs. Throws an Error with one line if this fails.
 */
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

/**
 * The ports to an API server, with caches as the config says. `onNodes` is called when the list of nodes becomes known
 * or unknown, and `onOpenShift` after each read of the settings of OpenShift; undefined: it failed.
 */
export function kubeClusterPorts(
  api: KubeApi,
  config: Config,
  onNodes?: (state: NodesState) => void,
  onOpenShift?: (settings: OpenShiftSettings | undefined) => void,
): ClusterPorts {
  const { enabled, refresh } = config.nodes;
  return {
    cluster: cachedCluster(kubeCluster(api), { ttlMs: config.cache.secret }),
    nodes: enabled ? kubeNodes(api, { everyMs: refresh, ...(onNodes && { onState: onNodes }) }) : noNodes,
    namespaces: cachedNamespaces(kubeNamespaces(api)),
    announcements: kubeAnnouncements(api, withCommonAnnouncers(config.announcers)),
    tokens: kubeTokens(api),
    ...(config.openshift.enabled && {
      openShift: openShift(api, { everyMs: openShiftMs, ...(onOpenShift && { onRead: onOpenShift }) }),
    }),
  };
}

/** Time between two reads of the settings of OpenShift, in ms. */
const openShiftMs = 60_000;

/** Knows no nodes: an image must then offer only the platforms that the config names. */
export const noNodes: Nodes = { nodes: () => Promise.resolve(undefined) };
