import type { Credential } from './keyring/credential.ts';
import type { Finding, UnusedSecret } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import { buildKeyring, lookup, readSecretKeys, unusedKeys, type Keyring, type SecretKeys } from './keyring/keyring.ts';
import type { PullSecret } from './keyring/docker-config.ts';
import type { Cluster, Lookup } from './ports.ts';
import type { Workload } from './workload/workload.ts';

/** The pull secrets of a workload's pods, as far as they could be read. */
export interface PullSecrets {
  /**
   * Names that the ServiceAccount lists. The API server copies them onto a Pod that lists none, before webhooks see it,
   * so on a Pod they look like the author's own.
   */
  readonly ofAccount: ReadonlySet<string>;
  readonly keyring: Keyring;
  readonly missing: readonly string[];
  /** Whether a credential may exist that could not be read. */
  readonly unreadable: boolean;
  /** What could not be read, and a ServiceAccount that is not there. */
  readonly findings: readonly Finding[];
}

/**
 * Reads what the kubelet would read: the pod's own pull secrets, and for a template that lists none those that the API
 * server will copy from its ServiceAccount; never both.
 */
export async function readPullSecrets(
  workload: Workload,
  serviceAccountApplied: boolean,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<PullSecrets> {
  const { namespace, pullSecrets } = workload;
  const ownNames = pullSecrets.length > 0 || serviceAccountApplied;
  const copied = serviceAccountApplied ? copiedSecrets(workload, cluster, signal) : nothingCopied;
  const { names, findings } = ownNames
    ? { names: pullSecrets, findings: [] }
    : await serviceAccountSecrets(workload, cluster, signal);
  const reads = names.map(async (name) => ({ name, secret: await cluster.secret(namespace, name, signal) }));
  const secrets = await Promise.all(reads);
  const keys = secrets.flatMap(({ secret }) => (secret.kind === 'found' ? [keysOf(secret.value)] : []));
  const unreadable = secrets.flatMap(({ name, secret }) => unreadableFinding('secret', name, secret));
  return {
    ofAccount: ownNames ? await copied : new Set(names),
    keyring: buildKeyring(keys),
    missing: secrets.flatMap(({ name, secret }) => (secret.kind === 'missing' ? name : [])),
    unreadable: [...findings, ...unreadable].some(({ kind }) => kind === 'pull-secret-unreadable'),
    findings: [...findings, ...unreadable],
  };
}

const nothingCopied: ReadonlySet<string> = new Set();

/**
 * Names that the API server may have copied onto a Pod. If the ServiceAccount cannot be read, that is any of them:
 * nobody is blamed for a list that may not be theirs. Mirrors Admit of kubernetes v1.36.3
 * plugin/pkg/admission/serviceaccount.
 */
async function copiedSecrets(
  { namespace, pullSecrets, serviceAccount }: Workload,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (pullSecrets.length === 0) return nothingCopied;
  const account = await cluster.serviceAccount(namespace, serviceAccount, signal);
  if (account.kind === 'missing') return nothingCopied;
  return new Set(account.kind === 'found' ? account.value.imagePullSecrets : pullSecrets);
}

async function serviceAccountSecrets(
  { namespace, serviceAccount }: Workload,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[]; readonly findings: readonly Finding[] }> {
  const account = await cluster.serviceAccount(namespace, serviceAccount, signal);
  // The kubelet passes over a reference without a name, and so does it over one that was copied.
  if (account.kind === 'found') {
    return { names: account.value.imagePullSecrets.filter((name) => name !== ''), findings: [] };
  }
  if (account.kind !== 'missing') {
    return { names: [], findings: unreadableFinding('service-account', serviceAccount, account) };
  }
  // A controller makes `default` in every new namespace, a moment after the namespace itself.
  const findings: readonly Finding[] =
    serviceAccount === 'default' ? [] : [{ kind: 'service-account-missing', serviceAccount }];
  return { names: [], findings };
}

function unreadableFinding(
  what: 'secret' | 'service-account',
  name: string,
  lookedUp: Lookup<unknown>,
): readonly Finding[] {
  if (lookedUp.kind === 'found' || lookedUp.kind === 'missing') return [];
  const reason = lookedUp.kind === 'forbidden' ? 'forbidden' : lookedUp.reason;
  return [{ kind: 'pull-secret-unreadable', what, name, reason }];
}

/** Secrets are read again and again while they are cached: each is decoded once for as long as it is held. */
const decoded = new WeakMap<PullSecret, SecretKeys>();

function keysOf(secret: PullSecret): SecretKeys {
  const known = decoded.get(secret);
  if (known !== undefined) return known;
  const keys = readSecretKeys(secret);
  decoded.set(secret, keys);
  return keys;
}

/** The credentials of the pull secrets that cover an image, in the kubelet's order. */
export function credentialsFor(secrets: PullSecrets, reference: ImageReference): readonly Credential[] {
  return lookup(secrets.keyring, reference);
}

/** The secrets that give nothing for an image, and why: the cause behind many a refusal. */
export function unusedFor(secrets: PullSecrets, reference: ImageReference): readonly UnusedSecret[] {
  const from = (secret: string): UnusedSecret['from'] => (secrets.ofAccount.has(secret) ? 'service-account' : 'pod');
  const unreadable = secrets.findings.flatMap((finding) =>
    finding.kind === 'pull-secret-unreadable' && finding.what === 'secret' ? finding.name : [],
  );
  return [
    ...secrets.missing.map((secret) => ({ secret, from: from(secret), reason: 'missing' as const })),
    ...unreadable.map((secret) => ({ secret, from: from(secret), reason: 'unreadable' as const })),
    ...unusedKeys(secrets.keyring, reference).map((unused) => ({ ...unused, from: from(unused.secret) })),
  ];
}
