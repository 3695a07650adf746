import { memoized } from '../lib/memoized.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { NodeFacts } from './nodes/node.ts';
import { nodeNames, type NodeNames } from './nodes/node-names.ts';
import { hasKnownKubelet, hasKnownRuntime, knowsShortNames, mountsImages, rulesHold } from './nodes/runtime.ts';
import { mayHaveShortName } from './nodes/short-names.ts';

/** Whether what Pullgate knows about a finding is true of one node. */
type Rule = (node: NodeFacts) => boolean;

/** The kinds of findings that are true only if a node follows the rules that Pullgate mirrors. */
const rules: { readonly [K in FindingKind]?: (finding: Extract<Finding, { kind: K }>) => Rule | undefined } = {
  'invalid-image-name': () => hasKnownKubelet,
  'pull-secret-malformed': () => hasKnownKubelet,
  'never-pull-absent': () => rulesHold,
  'no-matching-platform': () => hasKnownRuntime,
  'unsupported-manifest': () => hasKnownRuntime,
  // Every node fails without a credential. Which credential a pull secret gives, and who may try it, depends on a node.
  'access-denied': ({ answer, unused }) =>
    answer.reason === 'no-credentials' && unused.length === 0 ? undefined : rulesHold,
  // If HEAD and GET get different answers, the runtime decides which one counts.
  'image-not-found': ({ answer: { evidence } }) =>
    evidence.getStatus !== undefined && evidence.getStatus < 300 ? hasKnownRuntime : undefined,
};

/** Findings about what is written, and not about a pull. */
const aboutText: ReadonlySet<FindingKind> = new Set(['latest-tag', 'not-pinned', 'never-pull']);

/**
 * Returns a finding with the mitigation `runtime` if it rests on rules that not every node is known to follow. Returns
 * other findings, and those that already have a mitigation, unchanged.
 */
export function mindOtherNodes(finding: Finding, nodes: readonly NodeFacts[]): Finding {
  if (finding.mitigation !== undefined) return finding;
  const rule = ruleOf(finding);
  const others =
    (rule && othersOf(nodes)(rule)) ??
    (finding.use?.kind === 'volume' ? othersOf(nodes)(mountsImages) : undefined) ??
    (hasShortName(finding) ? othersForShortName(finding, nodes) : undefined);
  if (others === undefined) return finding;
  return { ...finding, mitigation: 'runtime', ...(others.count < nodes.length && { onNodes: others }) };
}

/**
 * Returns the nodes for which a rule does not hold. There may be thousands of nodes and of findings, so each rule is asked
 * once for each list of nodes.
 */
const othersOf = memoized(
  (nodes: readonly NodeFacts[]) => memoized((rule: Rule) => nodeNames(nodes.filter((node) => !rule(node)))),
  new WeakMap<readonly NodeFacts[], (rule: Rule) => NodeNames | undefined>(),
);

function ruleOf<K extends FindingKind>(finding: Extract<Finding, { kind: K }>): Rule | undefined {
  return rules[finding.kind]?.(finding);
}

/** Whether the finding is about an image that is written without a host, and that no rewrite gave another one. */
function hasShortName({ kind, use, reference }: Finding): boolean {
  if (aboutText.has(kind) || kind === 'invalid-image-name' || use === undefined) return false;
  return reference?.unqualified === true;
}

/** Returns the nodes that look for a short name at hosts that are not known, or may have it from one of them. */
function othersForShortName({ use, reference }: Finding, nodes: readonly NodeFacts[]): NodeNames | undefined {
  const others = othersOf(nodes)(knowsShortNames);
  if (others !== undefined || reference === undefined || use?.pullPolicy === 'Always') return others;
  return nodeNames(nodes.filter((node) => mayHaveShortName(node, reference)));
}
