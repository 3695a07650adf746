import type { Plan } from '../engine/check.ts';
import { withoutExempt, type Exemption } from '../engine/policy/exemption.ts';
import type { Finding } from '../engine/finding.ts';
import { descend, stringOf } from '../lib/json.ts';
import { policyForWorkload, type PolicyRules } from '../engine/policy/namespace-policy.ts';
import { judge } from '../engine/policy/verdict.ts';
import { isOutOfScope, readWorkload, workloadKind } from '../engine/workload/workload.ts';
import type { Manifest } from './manifest.ts';
import { withoutOfflineNoise, type AnnouncedHere } from './without-offline-noise.ts';
import type { CheckedObject, CheckReport } from './report.ts';

export interface CheckManifestsOptions {
  readonly rules: PolicyRules & { readonly exemptions: readonly Exemption[] };
  /** Of objects that name none. */
  readonly namespace: string;
  readonly check: (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;
  /** A namespace's labels: asked for only where a label may choose the profile. */
  readonly labels: (namespace: string, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly announcedHere: AnnouncedHere;
  /** For one object, in ms. */
  readonly timeoutMs: number;
  /** Runs a few at a time. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}

/** The door of `pullgate check`: what the webhook would say of every workload among the manifests, were it created now. */
export async function checkManifests(
  manifests: readonly Manifest[],
  options: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<CheckReport> {
  const checked = manifests.map(async (manifest) => {
    const plan = planOf(manifest, options.namespace);
    return plan === undefined ? [] : options.inTurn(() => checkObject(manifest, plan, options, stop));
  });
  return { objects: (await Promise.all(checked)).flat() };
}

/** undefined: nothing that pulls an image. No API server has been at it: not even a Pod has its ServiceAccount's secrets. */
function planOf({ object }: Manifest, namespace: string): Plan | undefined {
  const [group, version] = stringOf(object['apiVersion']).split('/');
  const kind = workloadKind(version === undefined ? '' : (group ?? ''), stringOf(object['kind']));
  if (kind === undefined || isOutOfScope(object)) return undefined;
  const workload = readWorkload(kind, object, stringOf(descend(object, ['metadata'])['namespace']) || namespace);
  return { workload, uses: workload.uses, serviceAccountApplied: false };
}

async function checkObject(
  manifest: Manifest,
  plan: Plan,
  { rules, check, labels, announcedHere, timeoutMs }: CheckManifestsOptions,
  stop: AbortSignal,
): Promise<CheckedObject | readonly []> {
  stop.throwIfAborted();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const { workload } = plan;
  const { kind, namespace, name, serviceAccount, uses } = workload;
  const policy = policyForWorkload(
    rules,
    workload,
    rules.namespaceLabel.profiles.length > 0 ? await labels(namespace, signal) : {},
  );
  if (policy === undefined) return [];
  const found = await check(plan, signal);
  stop.throwIfAborted();
  const findings = withoutExempt(
    await withoutOfflineNoise(found, namespace, announcedHere),
    namespace,
    rules.exemptions,
  );
  return {
    manifest,
    subject: { kind, namespace, name, serviceAccount, stored: false },
    images: uses.map(({ image }) => image),
    verdict: judge(findings, policy),
  };
}
