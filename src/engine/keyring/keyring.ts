import { indexEntries, matchesAmong, type CredentialIndex, type IndexedEntry, type Match } from './credential-index.ts';
import { anonymous, type Credential, type CredentialSource } from './credential.ts';
import { readPullSecret, type PullSecret } from './docker-config.ts';
import { secretKey } from './secret-key.ts';
import { repositoryName, type ImageReference } from '../image/image-reference.ts';

/** A pull secret, read and indexed: worth keeping for as long as the secret does not change. */
export type SecretKeys =
  | { readonly kind: 'keys'; readonly secret: string; readonly index: CredentialIndex }
  | { readonly kind: 'unusable'; readonly secret: string; readonly reason: 'wrong-type' | 'wrong-key' }
  | { readonly kind: 'malformed'; readonly secret: string; readonly reason: string };

type Malformed = Extract<SecretKeys, { readonly kind: 'malformed' }>;

/** What the pull secrets of one pod hold, in the pod's order. */
export interface Keyring {
  readonly secrets: readonly Exclude<SecretKeys, Malformed>[];
  /** Where there is one, the kubelet gives up before it pulls, whatever the other secrets and the image are like. */
  readonly malformed: readonly Malformed[];
}

/** Why a pull secret adds nothing to a pull. */
export type UnusableReason = 'wrong-type' | 'wrong-key' | 'no-entry' | 'empty-entry';

/** Why a secret gave nothing for an image, and the key that would match. */
export interface UnusedKeys {
  readonly secret: string;
  readonly reason: UnusableReason;
  readonly wantedKey: string;
}

/** Reads and indexes one secret. */
export function readSecretKeys(secret: PullSecret): SecretKeys {
  const config = readPullSecret(secret);
  if (config.kind !== 'entries') return { ...config, secret: secret.name };
  return { kind: 'keys', secret: secret.name, index: indexEntries(config.entries) };
}

/** The keyring of a pod's secrets. Mirrors MakeDockerKeyring of kubernetes pkg/credentialprovider/secrets. */
export function buildKeyring(secrets: readonly SecretKeys[]): Keyring {
  return {
    secrets: secrets.filter((keys) => keys.kind !== 'malformed'),
    malformed: secrets.filter((keys) => keys.kind === 'malformed'),
  };
}

/** The entries that cover an image name (`registry/repository`), in the kubelet's order, with the names of their secrets. */
export function matches(keyring: Keyring, image: string): readonly Match<string>[] {
  const held = keyring.secrets.flatMap((keys) =>
    keys.kind === 'keys' ? [{ holder: keys.secret, index: keys.index }] : [],
  );
  return matchesAmong(held, image);
}

/** The credentials that the kubelet would try for an image, in its order; none: it pulls anonymously. */
export function lookup(keyring: Keyring, reference: ImageReference): readonly Credential[] {
  return toCredentials(matches(keyring, repositoryName(reference)), ({ holder, entry }) => ({
    kind: 'secret',
    secret: holder,
    entry: entry.key,
  }));
}

/** Matches as credentials: an entry without a user name or a password is tried as nobody, which once is enough. */
export function toCredentials<M extends IndexedEntry>(
  matched: readonly M[],
  sourceOf: (match: M) => CredentialSource,
): readonly Credential[] {
  const credentials = matched.map((match): Credential => {
    const { username, password } = match.entry;
    return isEmpty(match) ? anonymous : { kind: 'basic', username, password, source: sourceOf(match) };
  });
  return credentials.filter((credential, at) => credential !== anonymous || credentials.indexOf(anonymous) === at);
}

/** The secrets that give nothing for an image, and why. */
export function unusedKeys(keyring: Keyring, reference: ImageReference): readonly UnusedKeys[] {
  const matched = matches(keyring, repositoryName(reference));
  const wantedKey = secretKey(reference.registry);
  return keyring.secrets.flatMap((keys) => {
    const own = matched.filter(({ holder }) => holder === keys.secret);
    const reason = keys.kind === 'unusable' ? keys.reason : reasonOf(own);
    return reason === undefined ? [] : [{ secret: keys.secret, reason, wantedKey }];
  });
}

function reasonOf(own: readonly IndexedEntry[]): UnusableReason | undefined {
  if (own.length === 0) return 'no-entry';
  return own.every(isEmpty) ? 'empty-entry' : undefined;
}

function isEmpty({ entry }: IndexedEntry): boolean {
  return entry.username === '' || entry.password.empty;
}
