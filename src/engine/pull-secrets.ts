import type { Credential } from './keyring/credential.ts';
import type { Finding, UnusedSecret } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import { buildKeyring, lookup, unusedKeys, type Keyring } from './keyring/keyring.ts';
import type { Limit } from './limits.ts';
import type { Cluster, Lookup, Ports } from './ports.ts';
import { readSecrets, type ReadSecret } from './secret-reads.ts';
import type { Workload } from './workload/workload.ts';

/** The pull secrets of a workload's pods, and the findings about those that could not be read. */
export interface PullSecrets {
  /**
   * Names that may come from the ServiceAccount. The API server copies them to a Pod that lists none, before it calls
   * webhooks. In such a Pod they look as if the author wrote them.
   */
  readonly ofAccount: ReadonlySet<string>;
  readonly keyring: Keyring;
  /** Names of secrets that do not exist. */
  readonly missing: readonly string[];
  /** Whether a secret, or the ServiceAccount that lists the secrets, could not be read. */
  readonly unreadable: boolean;
  /** Whether the controller of a custom kind may add others. */
  readonly elsewhere: boolean;
  /** The limit because of which some secrets are not in `keyring`. */
  readonly beyond?: Limit;
  /** One finding for each object that could not be read, and for a ServiceAccount that does not exist. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the secrets that the kubelet would read: the pull secrets of the pod, or, for a template without any, those
 * that the API server will copy from the ServiceAccount. It never uses both. Failed reads become findings. Throws only
 * if `signal` aborts, or for a bug.
 */
export async function readPullSecrets(
  workload: Workload,
  serviceAccountApplied: boolean,
  ports: Pick<Ports, 'cluster' | 'breathe'>,
  signal: AbortSignal,
): Promise<PullSecrets> {
  const { namespace, pullSecrets } = workload;
  const { cluster } = ports;
  const ownNames = pullSecrets.length > 0 || serviceAccountApplied;
  const copied = serviceAccountApplied ? copiedSecrets(workload, cluster, signal) : nothingCopied;
  const { names, findings } = ownNames
    ? { names: pullSecrets, findings: [] }
    : await serviceAccountSecrets(workload, cluster, signal);
  const [{ secrets, beyond }, ofAccount] = await Promise.all([
    readSecrets(namespace, names, ports, signal),
    ownNames ? copied : new Set(names),
  ]);
  const unreadable = secrets.flatMap((secret) => unreadableFinding('secret', secret.name, secret));
  return {
    ofAccount,
    keyring: buildKeyring(secrets.flatMap((secret) => (secret.kind === 'read' ? [secret.keys] : []))),
    missing: secrets.flatMap(({ name, kind }) => (kind === 'missing' ? name : [])),
    elsewhere: workload.kind.custom?.settingsElsewhere === true,
    unreadable: [...findings, ...unreadable].some(({ kind }) => kind === 'pull-secret-unreadable'),
    findings: [...findings, ...unreadable],
    ...(beyond !== undefined && { beyond }),
  };
}

const nothingCopied: ReadonlySet<string> = new Set();

/**
 * The names that the API server may have copied to a Pod. If the ServiceAccount cannot be read, this is every name,
 * because the author of the Pod must not be blamed for names that may be copied. Mirrors Admit of kubernetes v1.36.3
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
  // The kubelet ignores a reference without a name, also a copied one.
  if (account.kind === 'found') {
    return { names: account.value.imagePullSecrets.filter((name) => name !== ''), findings: [] };
  }
  if (account.kind !== 'missing') {
    return { names: [], findings: unreadableFinding('service-account', serviceAccount, account) };
  }
  // A controller creates `default` in every new namespace, shortly after the namespace itself.
  const findings: readonly Finding[] =
    serviceAccount === 'default' ? [] : [{ kind: 'service-account-missing', serviceAccount }];
  return { names: [], findings };
}

function unreadableFinding(
  what: 'secret' | 'service-account',
  name: string,
  lookedUp: Lookup<unknown> | ReadSecret,
): readonly Finding[] {
  if (lookedUp.kind === 'found' || lookedUp.kind === 'read' || lookedUp.kind === 'missing') return [];
  const reason = lookedUp.kind === 'forbidden' ? 'forbidden' : lookedUp.reason;
  return [{ kind: 'pull-secret-unreadable', what, name, reason }];
}

/** Returns the credentials of the pull secrets that match an image, in the order in which the kubelet tries them. */
export function credentialsFor(secrets: PullSecrets, reference: ImageReference): readonly Credential[] {
  return lookup(secrets.keyring, reference);
}

/** Returns the secrets without a usable credential for an image, and why. This is often the cause of a refusal. */
export function unusedFor(secrets: PullSecrets, reference: ImageReference): readonly UnusedSecret[] {
  const originOf = (secret: string): UnusedSecret['from'] =>
    secrets.ofAccount.has(secret) ? 'service-account' : 'pod';
  const unreadable = secrets.findings.flatMap((finding) =>
    finding.kind === 'pull-secret-unreadable' && finding.what === 'secret' ? finding.name : [],
  );
  return [
    ...secrets.missing.map((secret) => ({ secret, from: originOf(secret), reason: 'missing' as const })),
    ...unreadable.map((secret) => ({ secret, from: originOf(secret), reason: 'unreadable' as const })),
    ...unusedKeys(secrets.keyring, reference).map((unused) => ({ ...unused, from: originOf(unused.secret) })),
  ];
}
