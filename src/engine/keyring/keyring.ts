import { credentialMatcher, type CredentialMatcher, type Match } from './credential-matcher.ts';
import { indexSteps, isBlank, type CredentialIndex, type IndexedEntry } from './credential-index.ts';
import type { ConfigShape } from './config-shape.ts';
import { blank, type Credential, type CredentialSource } from './credential.ts';
import { pullSecretSteps, type PullSecret } from './docker-config.ts';
import { limits } from '../limits.ts';
import { nearMisses, type NearMiss } from './near-miss.ts';
import { secretKey } from './secret-key.ts';
import { repositoryName, type ImageReference } from '../image/image-reference.ts';
import { atOnce, type Steps } from '../../lib/steps.ts';

/** A pull secret after parsing and indexing. It can be reused until the secret changes. */
export type SecretKeys =
  | {
      readonly kind: 'keys';
      readonly secret: string;
      readonly index: CredentialIndex;
      /** Number of entries in the docker config. */
      readonly size: number;
      /** How a key of the host of a registry differs from it: see `nearMisses`. */
      readonly nearMissOf: (registry: string) => NearMiss | undefined;
      readonly shape?: ConfigShape;
    }
  | { readonly kind: 'unusable'; readonly secret: string; readonly reason: 'wrong-type' | 'wrong-key' }
  | { readonly kind: 'malformed'; readonly secret: string; readonly reason: string }
  /** It has more entries than may be read. */
  | { readonly kind: 'too-many'; readonly secret: string };

type Keys = Extract<SecretKeys, { readonly kind: 'keys' }>;
type Malformed = Extract<SecretKeys, { readonly kind: 'malformed' }>;
type Usable = Extract<SecretKeys, { readonly kind: 'keys' | 'unusable' }>;

/** The pull secrets of one pod, in the order in which the pod lists them. */
export interface Keyring {
  readonly secrets: readonly Usable[];
  /** If there is one, the kubelet fails every pull of the pod, whatever the other secrets contain. */
  readonly malformed: readonly Malformed[];
  /**
   * Returns the entries that match `registry/repository`, in the kubelet's order, but no more than one above the limit
   * of credentials. `holder` is the name of the secret.
   */
  readonly matches: CredentialMatcher<string>;
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

/** Parses and indexes one secret, in steps of a few milliseconds. Never throws. */
export function* secretKeysSteps(secret: PullSecret): Steps<SecretKeys> {
  const config = yield* pullSecretSteps(secret, limits.secretEntries);
  if (config.kind !== 'entries') return { ...config, secret: secret.name };
  const { entries, shape } = config;
  const index = yield* indexSteps(entries);
  const nearMissOf = nearMisses(entries.map(({ key }) => key));
  return { kind: 'keys', secret: secret.name, index, size: entries.length, nearMissOf, ...(shape && { shape }) };
}

/** Parses and indexes one secret at once. Never throws. */
export function readSecretKeys(secret: PullSecret): SecretKeys {
  return atOnce(secretKeysSteps(secret));
}

/** Returns the keyring of a pod. Mirrors MakeDockerKeyring of kubernetes v1.36.3 pkg/credentialprovider/secrets. */
export function buildKeyring(secrets: readonly SecretKeys[]): Keyring {
  const usable = secrets.filter((keys) => keys.kind === 'keys' || keys.kind === 'unusable');
  const held = usable.flatMap((keys) => (keys.kind === 'keys' ? [{ holder: keys.secret, index: keys.index }] : []));
  return {
    secrets: usable,
    malformed: secrets.filter((keys) => keys.kind === 'malformed'),
    matches: credentialMatcher(held),
  };
}

/**
 * Returns the credentials that the kubelet tries for an image, in its order. Empty: it pulls anonymously. If there are
 * more than `limits.credentials`, returns one more than that.
 */
export function lookup(keyring: Keyring, reference: ImageReference): readonly Credential[] {
  const matched = keyring.matches(repositoryName(reference), limits.credentials + 1);
  return toCredentials(matched, ({ holder, entry }) => ({ kind: 'secret', secret: holder, entry: entry.key }));
}

/**
 * Converts matches to credentials. An entry without a user name or a password becomes an anonymous credential; only the
 * first of these is kept.
 */
export function toCredentials<M extends IndexedEntry>(
  matched: readonly M[],
  sourceOf: (match: M) => CredentialSource,
): readonly Credential[] {
  const credentials: Credential[] = [];
  let hasAnonymous = false;
  for (const match of matched) {
    const { username, password, unsendable } = match.entry;
    if (!isBlank(match)) {
      credentials.push({
        kind: 'basic',
        username,
        password,
        source: sourceOf(match),
        ...(unsendable && { unsendable }),
      });
    } else if (!hasAnonymous) {
      credentials.push(blank);
      hasAnonymous = true;
    }
  }
  return credentials;
}

/**
 * Returns the secrets without a usable credential for an image, and why. Empty if more credentials match than are
 * looked at, because nobody then knows which secrets they are from.
 */
export function unusedKeys(keyring: Keyring, reference: ImageReference): readonly UnusedKeys[] {
  const matched = keyring.matches(repositoryName(reference), limits.credentials + 1);
  if (matched.length > limits.credentials) return [];
  const wantedKey = secretKey(reference.registry);
  const bySecret = Map.groupBy(matched, ({ holder }) => holder);
  return keyring.secrets.flatMap((keys) => {
    const own = bySecret.get(keys.secret) ?? [];
    const reason = keys.kind === 'unusable' ? keys.reason : reasonOf(own, keys, wantedKey);
    if (reason === undefined) return [];
    const near = reason === 'no-entry' && keys.kind === 'keys' ? keys.nearMissOf(reference.registry) : undefined;
    return [{ secret: keys.secret, reason, wantedKey, ...(near && { near }) }];
  });
}

function reasonOf(own: readonly Match<string>[], keys: Keys, wantedKey: string): UnusableReason | undefined {
  if (!own.every(isBlank)) return undefined;
  const { shape, index } = keys;
  const plain = own.length === 0 ? 'no-entry' : 'empty-entry';
  if (shape?.kind !== 'helpers') return shape?.kind ?? plain;
  // `docker login` with a store writes an empty entry for each registry. Other entries were written without the store.
  const inStore = shape.store && (own.length > 0 || index.blank);
  return inStore || shape.registries.has(wantedKey) ? 'helpers' : plain;
}
