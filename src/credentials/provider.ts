/** The configuration of a credential-provider plugin. Durations in ms. */
export interface Provider {
  /** Name of the executable in the plugin folder. */
  readonly name: string;
  readonly apiVersion: ProviderApiVersion;
  readonly matchImages: readonly string[];
  readonly defaultCacheMs: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Present if the plugin gets a token of the pod's ServiceAccount. */
  readonly token?: TokenAttributes;
}

export interface TokenAttributes {
  readonly audience: string;
  /** Whether the plugin is skipped for a pod without a ServiceAccount. */
  readonly required: boolean;
  /** Annotation keys; the plugin is skipped if the ServiceAccount lacks one of them. */
  readonly requiredAnnotations: readonly string[];
  /** Annotation keys; the plugin gets the annotations that the ServiceAccount has. */
  readonly optionalAnnotations: readonly string[];
}

export const providerApiVersions = [
  'credentialprovider.kubelet.k8s.io/v1',
  'credentialprovider.kubelet.k8s.io/v1beta1',
  'credentialprovider.kubelet.k8s.io/v1alpha1',
] as const;

export type ProviderApiVersion = (typeof providerApiVersions)[number];
