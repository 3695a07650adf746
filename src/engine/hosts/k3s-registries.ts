import type { RegistryConfig } from './registry-config.ts';
import type { RewriteRule } from './rewrite-rule.ts';

/** The registries.yaml of a K3s or RKE2 node, as its agent reads it. */
export interface K3sRegistries {
  /** By the name of a registry, or `*` for every registry that has no folder of its own. */
  readonly mirrors: ReadonlyMap<string, K3sMirror>;
  /** By host. The TLS settings of `*` are for every registry that has no folder of its own. */
  readonly configs: ReadonlyMap<string, RegistryConfig>;
}

export interface K3sMirror {
  readonly endpoints: readonly string[];
  readonly rewrite: readonly RewriteRule[];
}

/** The flags of K3s and RKE2 that change what the agent makes of a registries.yaml. */
export interface K3sFlags {
  /** `--disable-default-registry-endpoint` */
  readonly disableDefaultEndpoint: boolean;
}
