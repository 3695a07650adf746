import type { Finding, FindingKind } from './finding.ts';
import type { NodeGroup } from './nodes/node-groups.ts';
import { joinedNames, nodeNames } from './nodes/node-names.ts';

/** What was found about one image on the nodes of one group. */
export interface GroupFindings {
  readonly group: NodeGroup;
  readonly findings: readonly Finding[];
}

/** The kinds of findings with which no pod of a node starts. */
const failing: ReadonlySet<FindingKind> = new Set([
  'invalid-image-name',
  'image-not-found',
  'access-denied',
  'pull-secret-malformed',
  'no-matching-platform',
  'unsupported-manifest',
  'registry-blocked',
]);

/**
 * Returns what is true of all groups of nodes together. The weakest node decides: a finding is certain only if the pod
 * fails on every node, for this reason or for another. Findings that are not about all nodes name those that they are
 * about.
 */
export function weakestNode(results: readonly GroupFindings[]): readonly Finding[] {
  const [only, ...others] = results;
  if (only === undefined || others.length === 0) return only?.findings ?? [];
  const merged = new Map<string, Merged>();
  for (const { group, findings } of results) {
    for (const [key, finding] of keyed(findings)) {
      const named = withNodes(finding, group);
      const known = merged.get(key);
      merged.set(
        key,
        known ? { finding: joined(known.finding, named), groups: known.groups + 1 } : { finding: named, groups: 1 },
      );
    }
  }
  const total = results.reduce((sum, { group }) => sum + group.nodes.length, 0);
  const failsEverywhere = results.every(({ findings }) => findings.some(isCertain));
  return [...merged.values()].map(({ finding, groups }) => {
    if (groups === results.length) return finding.onNodes?.count === total ? aboutAll(finding) : finding;
    if (finding.mitigation !== undefined || (failsEverywhere && isCertain(finding))) return finding;
    return { ...finding, mitigation: 'some-nodes' };
  });
}

/** A finding, and in how many groups it was found. */
interface Merged {
  readonly finding: Finding;
  readonly groups: number;
}

function isCertain({ kind, mitigation }: Finding): boolean {
  return mitigation === undefined && failing.has(kind);
}

/** Each finding with a key that is equal for the finding of another group that says the same. */
function keyed(findings: readonly Finding[]): readonly (readonly [string, Finding])[] {
  const counts = new Map<FindingKind, number>();
  return findings.map((finding) => {
    const nth = (counts.get(finding.kind) ?? 0) + 1;
    counts.set(finding.kind, nth);
    return [`${finding.kind} ${nth}`, finding];
  });
}

/** A finding that names nodes already is not about the rest of its group. */
function withNodes(finding: Finding, { nodes }: NodeGroup): Finding {
  const names = finding.onNodes ?? nodeNames(nodes);
  return names === undefined ? finding : { ...finding, onNodes: names };
}

/** A mitigation on some nodes is one for the pod: it may run there. Then the finding names only those nodes. */
function joined(one: Finding, other: Finding): Finding {
  if (one.mitigation !== other.mitigation) return one.mitigation === undefined ? other : one;
  if (one.onNodes === undefined || other.onNodes === undefined) return one;
  return { ...one, onNodes: joinedNames(one.onNodes, other.onNodes) };
}

function aboutAll({ onNodes: _all, ...finding }: Finding): Finding {
  return finding;
}
