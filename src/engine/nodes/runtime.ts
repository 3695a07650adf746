import type { Failure } from '../answer.ts';
import type { NodeFacts } from './node.ts';

/** Kubelet minors whose keyring and pull rules are those of v1.36, from which the rules were read. */
const knownMinors = { first: 26, last: 37 };

/** Whether the rules that Pullgate's verdicts rest on are those of this node: containerd, and a kubelet that is known. */
export function rulesHold(node: NodeFacts): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(node.kubeletVersion)?.[1] ?? Number.NaN);
  return node.runtime === 'containerd' && minor >= knownMinors.first && minor <= knownMinors.last;
}

/**
 * Whether another runtime might make something else of a failure. A 404 to GET and to HEAD is a 404 to all; a refusal of
 * a credential, an old manifest format, or an answer that only HEAD gives is not.
 */
export function dependsOnRuntime(cause: Failure): boolean {
  if (cause.kind === 'unsupported') return true;
  if (cause.kind === 'refused') return cause.reason !== 'no-credentials';
  return cause.kind === 'not-found' && cause.evidence.getStatus !== undefined && cause.evidence.getStatus < 300;
}
