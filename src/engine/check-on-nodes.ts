import { checkImage } from './check-image.ts';
import type { Finding } from './finding.ts';
import { distinctPlatforms, isOwnPlatform, platformKey } from './image/platform.ts';
import type { GroupContext, ImageContext } from './image-context.ts';
import { mindOtherNodes } from './node-rules.ts';
import { isolatedPlatforms } from './nodes/isolation.ts';
import type { NodeGroup } from './nodes/node-groups.ts';
import { nodeNames } from './nodes/node-names.ts';
import { weakestNode } from './weakest-node.ts';
import type { NamedImage } from './workload/named-image.ts';

/**
 * Checks one image of a workload as each kind of runtime among the nodes would pull it, and returns what is true of all
 * nodes together. Throws only if the signal aborts, or for a bug.
 */
export async function checkOnNodes(image: NamedImage, context: ImageContext): Promise<readonly Finding[]> {
  const { groups } = context;
  const results = await Promise.all(
    groups.map(async (group) => {
      const found = await checkImage(image, groups.length === 1 ? { ...context, group } : inGroup(context, group));
      const findings = found.map((finding) => mindOtherNodes(forImage(image, finding), group.nodes));
      return { group, findings: findings.map((finding) => withItsNodes(finding, group)) };
    }),
  );
  return weakestNode(results);
}

/** Several uses share one pull. Returns a finding of the pull as a finding of one of the uses. */
export function forImage({ use, parsed }: NamedImage, finding: Finding): Finding {
  return parsed.kind === 'reference' ? { ...finding, use, reference: parsed.reference } : { ...finding, use };
}

function inGroup(context: ImageContext, group: NodeGroup): GroupContext {
  const platforms = distinctPlatforms(group.nodes.map(({ platform }) => platform));
  const wanted = platforms.length > 0 ? isolatedPlatforms(context.workload.podSpec, platforms) : context.wanted;
  return { ...context, group, wanted };
}

/** Names the nodes whose platform the image lacks, if other nodes have another platform. */
function withItsNodes(finding: Finding, { nodes }: NodeGroup): Finding {
  if (finding.kind !== 'no-matching-platform' && finding.kind !== 'wrong-platform') return finding;
  if (finding.mitigation !== 'some-nodes') return finding;
  const lacking = finding.wanted.map(platformKey);
  const names = nodeNames(
    nodes.filter(({ platform }) => lacking.some((key) => isOwnPlatform(platformKey(platform), key))),
  );
  return names === undefined ? finding : { ...finding, onNodes: names };
}
