import type { Connection } from '../cluster/connection.ts';
import { kubeApi, type KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { connect } from './cluster-ports.ts';

/** How the user names a cluster. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A cluster that answers. */
export interface OpenCluster {
  readonly api: KubeApi;
  /** The namespace of the kubeconfig's context. Undefined if it names none. */
  readonly namespace: string | undefined;
  readonly close: () => Promise<void>;
}

/**
 * Connects to the cluster that the user named: by kubeconfig and context, else as a pod in the cluster, else by kubectl's
 * rules. Throws an Error with one line if it cannot be reached.
 */
export async function openCluster(choice: ClusterChoice, stop: AbortSignal): Promise<OpenCluster> {
  const connection = await connectionTo(choice);
  const api = kubeApi(connection);
  const answer = await api.get('/version', stop);
  if (answer.kind === 'unavailable') {
    await connection.close();
    throw new Error(`${connection.server}: the API server cannot be reached (${answer.reason})`);
  }
  return { api, namespace: connection.namespace, close: () => connection.close() };
}

function connectionTo({ kubeconfig, context, environment }: ClusterChoice): Promise<Connection> {
  if (context === undefined) return connect(kubeconfig, environment);
  return kubeconfigConnection({ ...(kubeconfig === undefined ? {} : { file: kubeconfig }), context });
}
