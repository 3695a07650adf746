import type { NodeFacts } from '../engine/nodes/node.ts';
import type { Nodes } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';
import type { KubeApi } from './kube-api.ts';
import { readListItems } from './list-items.ts';
import { nodeFacts } from './node-facts.ts';

export interface KubeNodesOptions {
  /** How long a list serves, in ms; after that it serves on while the next one is read. */
  readonly everyMs: number;
  /** How long what a list does not hold counts as absent, in ms: images are pulled and loaded all the time. */
  readonly certainMs?: number;
  /** Of one whole read, in ms. */
  readonly timeoutMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Told of the first list, and whenever a later one comes out differently. */
  readonly onState?: (state: NodesState) => void;
}

/** `known`: the nodes were listed; `unknown`: they may not be, or are too many; `failed`: not this time. */
export type NodesState = 'known' | 'unknown' | 'failed';

const pageSize = 250;
/** Bytes; a Node is 20 to 30 KiB. */
const nodeLimit = 1024 * 1024;
/** The largest cluster that Kubernetes is tested with holds 5,000. */
const nodesLimit = 15_000;

/** ms until a list that could not be read is asked for again. */
const againMs = 10_000;

interface Read {
  readonly at: number;
  /** undefined: the nodes may not be listed. */
  readonly nodes: readonly NodeFacts[] | undefined;
}

/**
 * The `Nodes` port: one list every few minutes, in pages where the API server makes pages, from its memory
 * (`resourceVersion=0`) and not from etcd. A list that cannot be read leaves the last one in use; the first call waits.
 */
export function kubeNodes(api: KubeApi, options: KubeNodesOptions): Nodes {
  const { everyMs, certainMs = 30_000, timeoutMs = 30_000, now = Date.now, onState } = options;
  let last: Read | undefined;
  let reading: Promise<Read> | undefined;
  let told: NodesState | undefined;

  function tell(state: NodesState): void {
    if (state !== told) onState?.(state);
    told = state;
  }

  function refresh(): Promise<Read> {
    reading ??= readNodes(api, AbortSignal.timeout(timeoutMs), now)
      .then((nodes) => {
        const failed = nodes === 'failed';
        tell(failed ? 'failed' : nodes === undefined ? 'unknown' : 'known');
        last = { at: failed ? now() - everyMs + againMs : now(), nodes: failed ? last?.nodes : nodes };
        return last;
      })
      .finally(() => (reading = undefined));
    return reading;
  }

  return {
    async nodes(signal) {
      const next = last === undefined || now() - last.at > everyMs ? refresh() : undefined;
      const read = last ?? (await untilAborted(next ?? refresh(), signal));
      if (now() - read.at <= certainMs) return read.nodes;
      return read.nodes?.map((node) => (node.imagesComplete ? { ...node, imagesComplete: false } : node));
    },
  };
}

async function readNodes(
  api: KubeApi,
  signal: AbortSignal,
  now: () => number,
): Promise<readonly NodeFacts[] | undefined | 'failed'> {
  const texts = new Map<string, string>();
  const nodes: NodeFacts[] = [];
  function share(text: string): string {
    const held = texts.get(text);
    if (held === undefined) texts.set(text, text);
    return held ?? text;
  }
  let next = '';
  do {
    // A page that follows another belongs to that one's version.
    const from = next === '' ? 'resourceVersion=0' : `continue=${encodeURIComponent(next)}`;
    const reply = await api.list(`/api/v1/nodes?limit=${pageSize}&${from}`, signal);
    if (reply.kind === 'forbidden') return undefined;
    if (reply.kind !== 'found') return 'failed';
    try {
      next = await readListItems(reply.value, nodeLimit, (item) => nodes.push(nodeFacts(item, now(), share)));
    } catch {
      return 'failed';
    }
    if (nodes.length > nodesLimit) return undefined;
  } while (next !== '');
  return nodes;
}
