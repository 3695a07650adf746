import { isInconclusive, type Found, type Inconclusive, type Throttled } from './answer.ts';
import { tryCredentials, type PullOutcome } from './attempts.ts';
import type { Credential } from './keyring/credential.ts';
import { refusesAddress, unseenCredentialOf } from './unseen-credential.ts';
import { failureFinding } from './failure-finding.ts';
import type { Finding } from './finding.ts';
import type { GroupContext, ImageContext } from './image-context.ts';
import type { ImageReference } from './image/image-reference.ts';
import { limitFinding } from './limit-finding.ts';
import { limits } from './limits.ts';
import type { ImageUse } from './workload/image-use.ts';
import { mayBeHidden, mitigationOfFailure, mitigationOfUse } from './mitigation.ts';
import type { NamedImage } from './workload/named-image.ts';
import type { NodeKeyring } from './ports.ts';
import { runsWithoutPull } from './nodes/present-image.ts';
import { presence } from './nodes/presence.ts';
import { isPulledBefore } from './workload/pulled-before.ts';
import { credentialsFor, unusedFor } from './pull-secrets.ts';
import type { Pull } from './secret-findings.ts';
import { refusalFacts } from './refusal-facts.ts';
import { checkVariants } from './variants.ts';

/**
 * Returns what is wrong with one image of a workload: an invalid name, a failure to pull it, or a tag that may change.
 * Throws only if the signal aborts, or for a bug.
 */
export async function checkImage({ use, parsed }: NamedImage, context: GroupContext): Promise<readonly Finding[]> {
  if (parsed.kind === 'invalid') {
    const { kind: _, ...why } = parsed;
    return [withMitigation({ kind: 'invalid-image-name', use, ...why }, use.needed ? undefined : 'unmounted')];
  }
  const { reference } = parsed;
  const pull =
    use.pullPolicy === 'Never' ? neverPull(use, reference, context) : await pullImage(use, reference, context);
  return [...pull, ...tagFindings(use, reference)];
}

/** Returns what the kubelet would pull for a use. Undefined if it pulls nothing: `Never`, or an invalid name. */
export function pullOf({ use, parsed }: NamedImage, context: ImageContext): Pull | undefined {
  if (use.pullPolicy === 'Never' || parsed.kind === 'invalid') return undefined;
  return { reference: parsed.reference, mitigation: mitigationOfUse(use, parsed.reference, context) };
}

function withMitigation(finding: Finding, mitigation: Finding['mitigation']): Finding {
  return mitigation === undefined || finding.mitigation !== undefined ? finding : { ...finding, mitigation };
}

function tagFindings(use: ImageUse, reference: ImageReference): readonly Finding[] {
  if (reference.digest !== undefined) return [];
  const notPinned: Finding = { kind: 'not-pinned', use };
  if (reference.tag !== 'latest') return [notPinned];
  return [{ kind: 'latest-tag', use, written: use.image.endsWith(':latest') ? 'latest' : 'no-tag' }, notPinned];
}

/**
 * With `Never`, the image must already be on the node, and no registry is asked. Even if a node has the image,
 * `never-pull` is reported: the kubelet treats an image that was pulled with another pod's credentials as absent.
 */
function neverPull(
  use: ImageUse,
  reference: ImageReference,
  { workload, placement }: ImageContext,
): readonly Finding[] {
  if (isPulledBefore(use, workload.uses)) return [];
  if (presence(placement, reference) !== 'absent') return [{ kind: 'never-pull', use }];
  const facts = { nodes: placement.nodes.length, ageMs: placement.ageMs };
  return [withMitigation({ kind: 'never-pull-absent', use, ...facts }, use.needed ? undefined : 'unmounted')];
}

async function pullImage(use: ImageUse, reference: ImageReference, context: GroupContext): Promise<readonly Finding[]> {
  const { workload, ports, signal, secrets, group } = context;
  const mitigation = mitigationOfUse(use, reference, context);
  // The kubelet parses all pull secrets before it sends a request. If one is malformed, the pull fails, and nobody
  // knows what the other secrets would have done.
  if (secrets.keyring.malformed.length > 0) return [];
  const { namespace, name, serviceAccount } = workload;
  const node = await ports.nodeCredentials.lookup(reference, { namespace, name, serviceAccount }, signal);
  const standIn = secrets.unreadable ? await ports.standIn?.credentials(reference, signal) : undefined;
  const matching = [...credentialsFor(secrets, reference), ...node.credentials, ...(standIn ?? [])];
  const credentials = matching.slice(0, limits.credentials);
  const beyond = secrets.beyond ?? (matching.length > credentials.length ? 'credentials' : undefined);
  const { runtime } = group;
  const outcome = await tryCredentials(ports.registry, { runtime, reference, namespace }, credentials, signal);
  if (outcome.kind === 'failed') {
    if (use.pullPolicy === 'IfNotPresent' && runsWithoutPull(group.nodes, reference)) return [];
    // The kubelet would also try what is beyond the limit, so only a success or an outage says something.
    const known = beyond === undefined || isInconclusive(outcome.cause);
    const finding = known
      ? await failedPull(use, reference, outcome, node, context)
      : limitFinding(beyond, use, reference.registry);
    return [withMitigation(finding, mitigation)];
  }
  const { found, variants } = await checkContent(use, reference, outcome, credentials, context);
  return [
    ...outage(use, found.stale),
    ...quota(use, found.limited),
    ...firstOfEachKind(variants).map((finding) =>
      withMitigation(finding, mitigation ?? (found.othersFollow && 'other-host')),
    ),
  ];
}

type FoundImage = Extract<PullOutcome, { kind: 'found' }>;

/**
 * Checks the content of an image. If a credential gets the manifest but not the content, the kubelet tries the next one.
 * If none gets everything, the findings are those of the first.
 */
async function checkContent(
  use: ImageUse,
  reference: ImageReference,
  { found, credential }: FoundImage,
  credentials: readonly Credential[],
  context: GroupContext,
): Promise<{ readonly found: Found; readonly variants: readonly Finding[] }> {
  const { ports, options, signal, wanted, placement, readConfig } = context;
  const { namespace } = context.workload;
  const { runtime } = context.group;
  const question = { runtime, reference, credential, namespace };
  const image = { registry: ports.registry, use, question, signal };
  const variants = await checkVariants(image, found, {
    wanted,
    tainted: placement.tainted,
    readConfig,
    deep: options.deep,
  });
  const rest = credentials.slice(credentials.indexOf(credential) + 1);
  if (rest.length === 0 || !isIncomplete(variants)) return { found, variants };
  const next = await tryCredentials(ports.registry, { runtime, reference, namespace }, rest, signal);
  if (next.kind === 'failed') return { found, variants };
  const other = await checkContent(use, reference, next, rest, context);
  return isIncomplete(other.variants) ? { found, variants } : other;
}

/** More findings of a kind about one image tell its author nothing new. */
const maxOfKind = 5;

function firstOfEachKind(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxOfKind) return findings;
  return [...Map.groupBy(findings, ({ kind }) => kind).values()].flatMap((ofKind) => ofKind.slice(0, maxOfKind));
}

function isIncomplete(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => kind === 'image-incomplete');
}

/** The registry had the image when it last answered, but the pull may fail now. */
function outage(use: ImageUse, cause: Inconclusive | undefined): readonly Finding[] {
  if (cause === undefined) return [];
  const attempts = [{ answer: cause }];
  return [
    failureFinding({ use, cause, attempts, unused: [], nearestTags: [], hidden: false, mitigation: 'last-known' }),
  ];
}

/** The registry has the image, but the next pull is refused. */
function quota(use: ImageUse, answer: Throttled | undefined): readonly Finding[] {
  return answer === undefined ? [] : [{ kind: 'rate-limited', use, answer }];
}

async function failedPull(
  use: ImageUse,
  reference: ImageReference,
  { attempts, cause }: Extract<PullOutcome, { kind: 'failed' }>,
  node: NodeKeyring,
  context: GroupContext,
): Promise<Finding> {
  const { options, secrets } = context;
  const unseen = refusesAddress(attempts)
    ? ({ because: 'address' } as const)
    : unseenCredentialOf(reference, node, secrets, options.nodeCredentials);
  const secretPending = (cause.kind === 'refused' || cause.kind === 'not-found') && (await context.isSecretExpected());
  const tags = cause.kind === 'not-found' ? await context.nearTags(reference, context.group.runtime) : [];
  const hidden = mayBeHidden(cause, attempts, unseen, tags);
  const mitigation = mitigationOfFailure({ cause, hidden, unseen, secretPending });
  return failureFinding({
    use,
    cause,
    attempts,
    unused: unusedFor(secrets, reference),
    nearestTags: tags,
    hidden,
    ...(unseen === undefined ? {} : { unseen }),
    ...(mitigation === undefined ? {} : { mitigation }),
    ...(cause.kind === 'refused' && { facts: await refusalFacts(reference, attempts, context) }),
  });
}
