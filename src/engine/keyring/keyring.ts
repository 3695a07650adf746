import { indexEntries, matchesAmong, type CredentialIndex, type IndexedEntry, type Match } from './credential-index.ts';
import type { ConfigShape } from './config-shape.ts';
import { anonymous, type Credential, type CredentialSource } from './credential.ts';
import { readPullSecret, type PullSecret } from './docker-config.ts';
import { nearMissOf, type NearMiss } from './near-miss.ts';
import { secretKey } from './secret-key.ts';
import { repositoryName, type ImageReference } from '../image/image-reference.ts';

/** A pull secret after parsing and indexing. It can be reused until the secret changes. */
export type SecretKeys =
  | {
      readonly kind: 'keys';
      readonly secret: string;
      readonly index: CredentialIndex;
      /** The keys as written. */
      readonly written: readonly string[];
      readonly shape?: ConfigShape;
    }
  | { readonly kind: 'unusable'; readonly secret: string; readonly reason: 'wrong-type' | 'wrong-key' }
  | { readonly kind: 'malformed'; readonly secret: string; readonly reason: string };

type Keys = Extract<SecretKeys, { readonly kind: 'keys' }>;
type Malformed = Extract<SecretKeys, { readonly kind: 'malformed' }>;

/** The pull secrets of one pod, in the order in which the pod lists them. */
export interface Keyring {
  readonly secrets: readonly Exclude<SecretKeys, Malformed>[];
  /** If there is one, the kubelet fails every pull of the pod, whatever the other secrets contain. */
  readonly malformed: readonly Malformed[];
}

/** Why the kubelet gets no credential from a pull secret. The last four are explained at `ConfigShape`. */
export type UnusableReason = 'wrong-type' | 'wrong-key' | 'no-entry' | 'empty-entry' | ConfigShape['kind'];

/** A secret without a usable credential for an image, and the docker config key that would match. */
export interface UnusedKeys {
  readonly secret: string;
  readonly reason: UnusableReason;
  readonly wantedKey: string;
  /** For `no-entry`: how a key of the same host differs from it. */
  readonly near?: NearMiss;
}

/** Parses and indexes one secret. Never throws. */
export function readSecretKeys(secret: PullSecret): SecretKeys {
  const config = readPullSecret(secret);
  if (config.kind !== 'entries') return { ...config, secret: secret.name };
  const { entries, shape } = config;
  const written = entries.map(({ key }) => key);
  return { kind: 'keys', secret: secret.name, index: indexEntries(entries), written, ...(shape && { shape }) };
}

/** Returns the keyring of a pod. Mirrors MakeDockerKeyring of kubernetes v1.36.3 pkg/credentialprovider/secrets. */
export function buildKeyring(secrets: readonly SecretKeys[]): Keyring {
  return {
    secrets: secrets.filter((keys) => keys.kind !== 'malformed'),
    malformed: secrets.filter((keys) => keys.kind === 'malformed'),
  };
}

/** Returns the entries that match `registry/repository`, in the kubelet's order. `holder` is the name of the secret. */
export function matches(keyring: Keyring, image: string): readonly Match<string>[] {
  const indexes = keyring.secrets.flatMap((keys) =>
    keys.kind === 'keys' ? [{ holder: keys.secret, index: keys.index }] : [],
  );
  return matchesAmong(indexes, image);
}

/** Returns the credentials that the kubelet tries for an image, in its order. Empty: it pulls anonymously. */
export function lookup(keyring: Keyring, reference: ImageReference): readonly Credential[] {
  return toCredentials(matches(keyring, repositoryName(reference)), ({ holder, entry }) => ({
    kind: 'secret',
    secret: holder,
    entry: entry.key,
  }));
}

/**
 * Converts matches to credentials. An entry without a user name or a password becomes an anonymous credential; only the
 * first of these is kept.
 */
export function toCredentials<M extends IndexedEntry>(
  matched: readonly M[],
  sourceOf: (match: M) => CredentialSource,
): readonly Credential[] {
  const credentials = matched.map((match): Credential => {
    const { username, password, unsendable } = match.entry;
    if (isEmpty(match)) return anonymous;
    return { kind: 'basic', username, password, source: sourceOf(match), ...(unsendable && { unsendable }) };
  });
  return credentials.filter((credential, at) => credential !== anonymous || credentials.indexOf(anonymous) === at);
}

/** Returns the secrets without a usable credential for an image, and why. */
export function unusedKeys(keyring: Keyring, reference: ImageReference): readonly UnusedKeys[] {
  const matched = matches(keyring, repositoryName(reference));
  const wantedKey = secretKey(reference.registry);
  return keyring.secrets.flatMap((keys) => {
    const own = matched.filter(({ holder }) => holder === keys.secret);
    const reason = keys.kind === 'unusable' ? keys.reason : reasonOf(own, keys, wantedKey);
    if (reason === undefined) return [];
    const near =
      reason === 'no-entry' && keys.kind === 'keys' ? nearMissOf(keys.written, reference.registry) : undefined;
    return [{ secret: keys.secret, reason, wantedKey, ...(near && { near }) }];
  });
}

function reasonOf(own: readonly IndexedEntry[], keys: Keys, wantedKey: string): UnusableReason | undefined {
  if (!own.every(isEmpty)) return undefined;
  const { shape, index } = keys;
  const plain = own.length === 0 ? 'no-entry' : 'empty-entry';
  if (shape?.kind !== 'helpers') return shape?.kind ?? plain;
  // `docker login` with a store writes an empty entry for each registry. Other entries were written without the store.
  const inStore = shape.store && (own.length > 0 || entriesOf(index).every(isEmpty));
  return inStore || shape.registries.includes(wantedKey) ? 'helpers' : plain;
}

function entriesOf({ byHost, globs }: CredentialIndex): readonly IndexedEntry[] {
  return [...[...byHost.values()].flat(), ...globs];
}

function isEmpty({ entry }: IndexedEntry): boolean {
  return entry.username === '' || entry.password.empty;
}
