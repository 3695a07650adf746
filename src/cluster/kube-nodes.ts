import type { NodeFacts } from '../engine/nodes/node.ts';
import type { Nodes } from '../engine/ports.ts';
import type { KubeApi } from './kube-api.ts';
import { readListItems } from './list-items.ts';
import { nodeFacts, sharedTexts } from './node-facts.ts';
import { refreshed } from './refreshed.ts';

export interface KubeNodesOptions {
  /** How long a list is used, in ms. An older list stays in use while the next one is read. */
  readonly everyMs: number;
  /** Time limit of one complete read, in ms. */
  readonly timeoutMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Called after the first read, and after each read with another state than the one before. */
  readonly onState?: (state: NodesState) => void;
}

/**
 * `known`: the nodes were listed. `unknown`: listing is forbidden, or there are too many nodes. `failed`: this read
 * failed.
 */
export type NodesState = 'known' | 'unknown' | 'failed';

const pageSize = 250;
/** Limit of one Node, in bytes; a Node has 20 to 30 KiB. */
const nodeLimit = 1024 * 1024;
/** Limit of nodes; the largest cluster that Kubernetes is tested with has 5,000. */
const nodesLimit = 15_000;

/** Pause before a failed read is repeated, in ms. */
const retryMs = 10_000;

interface Listed {
  /** When the nodes were listed, in ms since 1970. */
  readonly at: number;
  /** Undefined if the nodes may not be listed, or are too many. */
  readonly nodes: readonly NodeFacts[] | undefined;
}

/**
 * The `Nodes` port over the Kubernetes API. It lists the nodes every few minutes, from the memory of the API server
 * (`resourceVersion=0`) and not from etcd, and in pages if the API server returns pages. The first call waits for the
 * list. If a later read fails, the last list stays in use.
 */
export function kubeNodes(api: KubeApi, options: KubeNodesOptions): Nodes {
  const { everyMs, timeoutMs = 30_000, now = Date.now, onState } = options;
  let reported: NodesState | undefined;

  function report(state: NodesState): void {
    if (state !== reported) onState?.(state);
    reported = state;
  }

  async function list(signal: AbortSignal): Promise<Listed | undefined> {
    const nodes = await readNodes(api, signal, now);
    report(nodes === 'failed' ? 'failed' : nodes === undefined ? 'unknown' : 'known');
    return nodes === 'failed' ? undefined : { at: now(), nodes };
  }

  const listed = refreshed(list, { everyMs, retryMs, timeoutMs, now });
  return {
    async nodes(signal) {
      const last = await listed(signal);
      return last?.nodes && { nodes: last.nodes, ageMs: now() - last.at };
    },
  };
}

/** Every node; undefined if the nodes may not be listed, or are too many. */
async function readNodes(
  api: KubeApi,
  signal: AbortSignal,
  now: () => number,
): Promise<readonly NodeFacts[] | undefined | 'failed'> {
  const texts = sharedTexts();
  const nodes: NodeFacts[] = [];
  let next = '';
  do {
    // A `continue` token already fixes the resource version.
    const from = next === '' ? 'resourceVersion=0' : `continue=${encodeURIComponent(next)}`;
    const reply = await api.list(`/api/v1/nodes?limit=${pageSize}&${from}`, signal);
    if (reply.kind === 'forbidden') return undefined;
    if (reply.kind !== 'found') return 'failed';
    try {
      next = await readListItems(reply.value, nodeLimit, (item) => nodes.push(nodeFacts(item, now(), texts)));
    } catch {
      return 'failed';
    }
    if (nodes.length > nodesLimit) return undefined;
  } while (next !== '');
  return nodes;
}
