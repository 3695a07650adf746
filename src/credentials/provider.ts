/** One credential-provider plugin, as a CredentialProviderConfig names it. Durations in ms. */
export interface Provider {
  /** Of its executable in the plugins' folder. */
  readonly name: string;
  readonly apiVersion: ProviderApiVersion;
  readonly matchImages: readonly string[];
  readonly defaultCacheMs: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Present: the plugin wants a token of the pod's ServiceAccount. */
  readonly token?: TokenAttributes;
}

export interface TokenAttributes {
  readonly audience: string;
  /** Whether the plugin is left alone for a pod without a ServiceAccount. */
  readonly required: boolean;
  /** Keys of annotations without which the ServiceAccount's pods do not concern the plugin. */
  readonly requiredAnnotations: readonly string[];
  /** Keys of annotations that it is told where they are there. */
  readonly optionalAnnotations: readonly string[];
}

export const providerApiVersions = [
  'credentialprovider.kubelet.k8s.io/v1',
  'credentialprovider.kubelet.k8s.io/v1beta1',
  'credentialprovider.kubelet.k8s.io/v1alpha1',
] as const;

export type ProviderApiVersion = (typeof providerApiVersions)[number];
