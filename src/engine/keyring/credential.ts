import type { Redacted } from '../../lib/redacted.ts';

/**
 * Where a credential comes from. Messages may show this, but never the user name or the password. `entry` is the key in
 * the docker config.
 */
export type CredentialSource =
  | { readonly kind: 'secret'; readonly secret: string; readonly entry: string }
  | { readonly kind: 'node-config'; readonly entry: string }
  /** The docker config of the user who runs `pullgate check`. No node has it. */
  | { readonly kind: 'local-config'; readonly entry: string }
  | { readonly kind: 'provider'; readonly provider: string; readonly entry: string }
  /** The configuration of the container runtime: registries.yaml of K3s, config.toml of containerd. `entry` is a host. */
  | { readonly kind: 'runtime'; readonly entry: string };

/** One credential that the kubelet gives to the container runtime for one pull. */
export type Credential =
  /** `blank`: an entry without a user name or password. The container runtime then uses no credential of its own. */
  | { readonly kind: 'anonymous'; readonly blank?: true }
  | {
      readonly kind: 'basic';
      readonly username: string;
      readonly password: Redacted;
      readonly source: CredentialSource;
      /** Set if it is not UTF-8: the kubelet cannot send it to the container runtime, so the pull fails. */
      readonly unsendable?: true;
    };

/** The kubelet pulls without a credential if none matches the image. */
export const anonymous: Credential = { kind: 'anonymous' };

/** The kubelet gives the container runtime a credential that is empty. */
export const blank: Credential = { kind: 'anonymous', blank: true };
