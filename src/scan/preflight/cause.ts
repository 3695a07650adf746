import type { Finding, FindingKind } from '../../engine/finding.ts';
import type { UnreachableReason } from '../../engine/unreachable-reason.ts';

/**
 * Why Pullgate and the node that pulled an image disagree.
 * `credential`: only nodes have a credential for it.
 * `mirror`: nodes pull it from a mirror that Pullgate does not know.
 * `ca`: nodes trust a certificate authority that Pullgate does not know.
 * `dns`: only nodes can resolve the host.
 * `network`: only nodes reach the registry: by a proxy, a mirror, or their own address.
 * `runtime`: the container runtime of the nodes accepts what containerd would refuse.
 * `policy`: the image can be pulled, but the profile refuses it.
 * `gone`: the registry no longer has it, or its pull secret has changed. It would not start again.
 * `unsaid`: the registry gave no answer that says anything.
 */
export type Cause = 'credential' | 'mirror' | 'ca' | 'dns' | 'network' | 'runtime' | 'policy' | 'gone' | 'unsaid';

const causes: Readonly<Record<FindingKind, Cause | 'by-answer' | undefined>> = {
  'invalid-image-name': 'runtime',
  'image-not-found': 'by-answer',
  'access-denied': 'credential',
  'access-unknown': 'credential',
  'pull-secret-malformed': 'gone',
  'pull-secret-missing': 'policy',
  'pull-secret-unusable': 'policy',
  'pull-secret-unreadable': undefined,
  'service-account-missing': 'policy',
  'no-matching-platform': 'runtime',
  'wrong-platform': 'runtime',
  'image-incomplete': 'gone',
  'unsupported-manifest': 'runtime',
  'never-pull-absent': undefined,
  'never-pull': 'policy',
  'latest-tag': 'policy',
  'not-pinned': 'policy',
  'registry-unknown-host': 'dns',
  'registry-untrusted': 'ca',
  'registry-unreachable': 'by-answer',
  'registry-blocked': 'runtime',
  'rate-limited': 'unsaid',
  'not-checked': 'by-answer',
};

/** Failures that a later request may not have. The others last, so the nodes must reach the registry in another way. */
const passing: ReadonlySet<UnreachableReason> = new Set(['server-error', 'dns-failed', 'token-answer']);

/** Returns the likely cause of a finding about an image that a node has pulled. Undefined if it is no disagreement. */
export function causeOf(finding: Finding): Cause | undefined {
  const cause = causes[finding.kind];
  if (cause !== 'by-answer') return cause;
  if (finding.kind === 'image-not-found') return causeOfAbsence(finding);
  if (finding.kind === 'registry-unreachable') return passing.has(finding.answer.reason) ? 'unsaid' : 'network';
  if (finding.kind !== 'not-checked') return undefined;
  return ['loopback', 'address'].includes(finding.answer.reason) ? 'network' : 'unsaid';
}

/** A registry that knows the repository has lost the tag. One that does not may be in front of the mirror of the nodes. */
function causeOfAbsence(finding: Extract<Finding, { readonly kind: 'image-not-found' }>): Cause {
  if (finding.hidden) return 'credential';
  return finding.answer.evidence.code === 'MANIFEST_UNKNOWN' || finding.nearestTags.length > 0 ? 'gone' : 'mirror';
}
