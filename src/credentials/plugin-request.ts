import type { Cluster, PodIdentity, ServiceAccountTokens } from '../engine/ports.ts';
import type { Provider } from './provider.ts';

/** Where it is read what a plugin is told of the pod's ServiceAccount. */
export interface Accounts {
  readonly tokens: ServiceAccountTokens;
  /** Tells of a ServiceAccount as it is now: a refusal may rest on its annotations. */
  readonly cluster: Pick<Cluster, 'serviceAccount'>;
}

export type Annotations = Readonly<Record<string, string>>;

/** What a plugin is asked, and for whom. */
export interface PluginQuestion {
  /** `registry/repository`. */
  readonly image: string;
  readonly pod: PodIdentity;
  readonly annotations: Annotations;
}

/** What a plugin would be told is not to be had here; on the node it is. */
interface Failed {
  readonly kind: 'failed';
  readonly reason: 'token';
}

const failed: Failed = { kind: 'failed', reason: 'token' };

/**
 * The annotations of the pod's ServiceAccount that a plugin asks for; `unwanted`: for this pod the kubelet leaves the plugin
 * alone. Mirrors getServiceAccountData of kubernetes pkg/credentialprovider/plugin/plugin.go.
 */
export async function annotationsFor(
  { token }: Provider,
  { namespace, serviceAccount }: PodIdentity,
  accounts: Accounts | undefined,
  signal: AbortSignal,
): Promise<{ readonly kind: 'told'; readonly annotations: Annotations } | { readonly kind: 'unwanted' } | Failed> {
  if (token?.required === true && serviceAccount === '') return { kind: 'unwanted' };
  const required = token?.requiredAnnotations ?? [];
  const wanted = [...required, ...(token?.optionalAnnotations ?? [])];
  if (wanted.length === 0 || serviceAccount === '') return { kind: 'told', annotations: {} };
  const account = await accounts?.cluster.serviceAccount(namespace, serviceAccount, signal);
  if (account?.kind !== 'found') return failed;
  const { annotations } = account.value;
  if (!required.every((key) => Object.hasOwn(annotations, key))) return { kind: 'unwanted' };
  const asked = Object.entries(annotations).filter(([key]) => wanted.includes(key));
  return { kind: 'told', annotations: Object.fromEntries(asked) };
}

/** The text that a plugin reads: one CredentialProviderRequest, with a token of the ServiceAccount where it wants one. */
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
  const told = Object.keys(annotations).length === 0 ? {} : { serviceAccountAnnotations: annotations };
  return { kind: 'request', text: `${JSON.stringify({ ...request, serviceAccountToken, ...told })}\n` };
}
