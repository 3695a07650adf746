import type { Redacted } from '../../lib/redacted.ts';

/** What the configuration of a container runtime says about one host: `configs.HOST` of K3s and of containerd. */
export interface RegistryConfig {
  readonly auth?: RegistryAuth;
  readonly tls?: RegistryTls;
}

/** Empty texts are the same as missing ones. */
export interface RegistryAuth {
  readonly username: string;
  readonly password: Redacted;
  /** Base64 of user name, colon and password. */
  readonly auth: Redacted;
  readonly identityToken: Redacted;
}

/** Paths on the node. Empty texts are the same as missing ones. */
export interface RegistryTls {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly skipVerify: boolean;
}
