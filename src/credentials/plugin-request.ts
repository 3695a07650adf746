import type { Cluster, PodIdentity, ServiceAccountTokens } from '../engine/ports.ts';
import type { Provider } from './provider.ts';

/** Sources for the ServiceAccount data that a plugin may receive. */
export interface Accounts {
  readonly tokens: ServiceAccountTokens;
  /** Must not be cached: a denial may depend on the present annotations. */
  readonly cluster: Pick<Cluster, 'serviceAccount'>;
}

export type Annotations = Readonly<Record<string, string>>;

/** The image that a plugin is asked about, and the pod that pulls it. */
export interface PluginQuestion {
  /** `registry/repository`. */
  readonly image: string;
  readonly pod: PodIdentity;
  readonly annotations: Annotations;
}

/** The token or ServiceAccount could not be read here; the node can read it. */
interface Failed {
  readonly kind: 'failed';
  readonly reason: 'token';
}

const failed: Failed = { kind: 'failed', reason: 'token' };

/**
 * The annotations of the pod's ServiceAccount that a plugin asks for. `skipped`: the kubelet does not call the plugin
 * for this pod. `failed`: the ServiceAccount could not be read.
 * Mirrors getServiceAccountData of kubernetes v1.36.3 pkg/credentialprovider/plugin/plugin.go.
 */
export async function annotationsFor(
  { token }: Provider,
  { namespace, serviceAccount }: PodIdentity,
  accounts: Accounts | undefined,
  signal: AbortSignal,
): Promise<{ readonly kind: 'found'; readonly annotations: Annotations } | { readonly kind: 'skipped' } | Failed> {
  if (token?.required === true && serviceAccount === '') return { kind: 'skipped' };
  const required = token?.requiredAnnotations ?? [];
  const wanted = [...required, ...(token?.optionalAnnotations ?? [])];
  if (wanted.length === 0 || serviceAccount === '') return { kind: 'found', annotations: {} };
  const account = await accounts?.cluster.serviceAccount(namespace, serviceAccount, signal);
  if (account?.kind !== 'found') return failed;
  const { annotations } = account.value;
  if (!required.every((key) => Object.hasOwn(annotations, key))) return { kind: 'skipped' };
  const selected = Object.entries(annotations).filter(([key]) => wanted.includes(key));
  return { kind: 'found', annotations: Object.fromEntries(selected) };
}

/**
 * The text for a plugin's stdin: a CredentialProviderRequest, with a token of the ServiceAccount if the plugin is
 * configured to get one. `failed` if the token could not be read.
 */
export async function pluginRequest(
  { apiVersion, token }: Provider,
  { image, pod, annotations }: PluginQuestion,
  accounts: Accounts | undefined,
  signal: AbortSignal,
): Promise<{ readonly kind: 'request'; readonly text: string } | Failed> {
  const request = { kind: 'CredentialProviderRequest', apiVersion, image };
  if (token === undefined || pod.serviceAccount === '')
    return { kind: 'request', text: `${JSON.stringify(request)}\n` };
  const answer = await accounts?.tokens
    .token(pod.namespace, pod.serviceAccount, token.audience, signal)
    .catch(() => undefined);
  if (answer?.kind !== 'found') return failed;
  const serviceAccountToken = answer.value.token.reveal();
  const account = Object.keys(annotations).length === 0 ? {} : { serviceAccountAnnotations: annotations };
  return { kind: 'request', text: `${JSON.stringify({ ...request, serviceAccountToken, ...account })}\n` };
}
