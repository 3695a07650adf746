import type { Redacted } from '../../lib/redacted.ts';

/** Where a credential comes from: what a message may name, never the user name or the password. */
export type CredentialSource =
  | { readonly kind: 'secret'; readonly secret: string; readonly entry: string }
  | { readonly kind: 'node-config'; readonly entry: string }
  /** The docker config of whoever runs `pullgate check`, which no node has. */
  | { readonly kind: 'local-config'; readonly entry: string }
  | { readonly kind: 'provider'; readonly provider: string; readonly entry: string };

/** One credential that the kubelet would hand to the runtime for one pull. */
export type Credential =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'basic';
      readonly username: string;
      readonly password: Redacted;
      readonly source: CredentialSource;
    };

/** What the kubelet pulls with where nothing matches the image. */
export const anonymous: Credential = { kind: 'anonymous' };
