import type { Connection } from '../cluster/connection.ts';
import { kubeApi, type KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { textAt } from '../lib/json.ts';
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
  /** Version of the API server, for example `v1.36.3`. Undefined if the user may not read it. */
  readonly version: string | undefined;
  readonly close: () => Promise<void>;
}

/**
 * Connects to the cluster that the user named: by kubeconfig and context, else as a pod in the cluster, else by kubectl's
 * rules. Throws an Error with one line if it cannot be reached.
 */
export async function openCluster(choice: ClusterChoice, stop: AbortSignal): Promise<OpenCluster> {
  return reach(await connectionTo(choice), stop);
}

/**
 * Asks the API server for its version. If it does not answer, closes the connection and throws an Error with one line,
 * which ends with `advice`.
 */
export async function reach(connection: Connection, stop: AbortSignal, advice = ''): Promise<OpenCluster> {
  const api = kubeApi(connection);
  const answer = await api.get('/version', stop);
  if (answer.kind === 'unavailable') {
    await connection.close();
    throw new Error(`${connection.server}: the API server cannot be reached (${answer.reason})${advice}`);
  }
  const version = answer.kind === 'found' ? textAt(answer.value, 'gitVersion') : undefined;
  return { api, namespace: connection.namespace, version, close: () => connection.close() };
}

function connectionTo({ kubeconfig, context, environment }: ClusterChoice): Promise<Connection> {
  if (context === undefined) return connect(kubeconfig, environment);
  return kubeconfigConnection({ ...(kubeconfig === undefined ? {} : { file: kubeconfig }), context });
}
