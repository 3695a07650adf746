import type { Attempt, RefusalFacts } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import { blank } from './keyring/credential.ts';
import type { NodeGroup } from './nodes/node-groups.ts';
import type { Ports, Question } from './ports.ts';
import type { PullSecrets } from './pull-secrets.ts';
import type { ShadowedSecret } from './shadowed-secret.ts';
import type { Workload } from './workload/workload.ts';

/** Whose image was refused, and what may be asked about it. */
interface RefusedPull {
  readonly workload: Workload;
  readonly group: Pick<NodeGroup, 'runtime'>;
  readonly ports: Ports;
  readonly signal: AbortSignal;
  readonly secrets: Pick<PullSecrets, 'unreadable'>;
  readonly shadowed: ShadowedSecret;
}

/** Returns what else can be known about a refused image. Throws only if the signal aborts, or for a bug. */
export async function refusalFacts(
  reference: ImageReference,
  attempts: readonly Attempt[],
  { workload, group, ports, signal, secrets, shadowed: shadowedBy }: RefusedPull,
): Promise<RefusalFacts> {
  const image = { runtime: group.runtime, reference, namespace: workload.namespace };
  const [shadowed, isPublic] = await Promise.all([
    // If a secret could not be read, the API server is slow or forbids it, and another read does not help.
    secrets.unreadable ? undefined : shadowedBy(reference),
    mayBePublic(attempts) ? pullsAnonymously(image, ports, signal) : undefined,
  ]);
  return { ...(shadowed !== undefined && { shadowed }), ...(isPublic !== undefined && { public: isPublic }) };
}

/** Whether only credentials were refused. The kubelet does not try again without one, so nobody has asked yet. */
function mayBePublic(attempts: readonly Attempt[]): boolean {
  return attempts.every(({ source }) => source !== undefined);
}

async function pullsAnonymously(
  image: Omit<Question, 'credential'>,
  { registry }: Ports,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const answer = await registry.resolve({ ...image, credential: blank }, signal);
  if (answer.kind === 'found') return answer.stale === undefined ? true : undefined;
  return answer.kind === 'refused' || answer.kind === 'not-found' ? false : undefined;
}
