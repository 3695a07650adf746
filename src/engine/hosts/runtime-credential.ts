import type { RegistryAuth } from './registry-config.ts';
import type { Credential } from '../keyring/credential.ts';
import { decodeBase64 } from '../../lib/go-base64.ts';
import { Redacted } from '../../lib/redacted.ts';

/**
 * What a container runtime itself has for a host. It counts only if the kubelet gives the runtime no credential: then the
 * runtime has no other. `unclear`: an identity token, which Pullgate cannot use. `unusable`: the field `auth` is not
 * valid, so every request that needs a credential fails.
 */
export type RuntimeCredential =
  | { readonly kind: 'credential'; readonly credential: Credential & { readonly kind: 'basic' } }
  | { readonly kind: 'unclear' }
  | { readonly kind: 'unusable' };

/**
 * Reads an auth of the runtime's configuration. `entry` is its host. Undefined if all its fields are empty. Mirrors ParseAuth of
 * containerd v2.4.2 internal/cri/server/images/image_pull.go.
 */
export function runtimeCredential(
  { username, password, auth, identityToken }: RegistryAuth,
  entry: string,
): RuntimeCredential | undefined {
  if (username !== '') return basic(username, password, entry);
  if (!identityToken.empty) return { kind: 'unclear' };
  if (auth.empty) return undefined;
  const decoded = decodeBase64(auth.reveal(), 'padded');
  const colon = decoded?.indexOf(':') ?? -1;
  if (decoded === undefined || colon < 0) return { kind: 'unusable' };
  return basic(decoded.slice(0, colon), new Redacted(decoded.slice(colon + 1).replaceAll('\0', '')), entry);
}

function basic(username: string, password: Redacted, entry: string): RuntimeCredential {
  return { kind: 'credential', credential: { kind: 'basic', username, password, source: { kind: 'runtime', entry } } };
}

/**
 * The names under which the configuration may have a credential for a host. Only the containerd of K3s and RKE2 knows the
 * other names of Docker Hub. Mirrors getHosts of github.com/k3s-io/containerd v2.1.5-k3s1
 * internal/cri/server/images/image_pull.go.
 */
export function namesOf(host: string, dialect: 'containerd' | 'k3s'): readonly string[] {
  return dialect === 'k3s' && host === 'registry-1.docker.io' ? [host, 'docker.io', 'index.docker.io'] : [host];
}
