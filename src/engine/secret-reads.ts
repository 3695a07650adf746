import { secretKeysSteps, type SecretKeys } from './keyring/keyring.ts';
import type { PullSecret } from './keyring/docker-config.ts';
import { limits, type Limit } from './limits.ts';
import type { Breathe, Cluster, Lookup } from './ports.ts';
import { atOnce, inSteps } from '../lib/steps.ts';

/** What was read of one secret. It does not hold the text of the secret. */
export type ReadSecret =
  | { readonly name: string; readonly kind: 'read'; readonly keys: SecretKeys }
  | ({ readonly name: string } & Exclude<Lookup<never>, { readonly kind: 'found' }>);

/** The secrets that were read, in order, and the limit that kept others from being read or used. */
export interface SecretReads {
  readonly secrets: readonly ReadSecret[];
  readonly beyond?: Limit;
}

/** How many secrets are read at the same time. A secret has up to 1 MiB. */
const readsAtOnce = 8;

/**
 * Reads and parses secrets of a namespace, each name once. Stops when a limit is reached. Throws only if `signal`
 * aborts, or for a bug.
 */
export async function readSecrets(
  namespace: string,
  names: readonly string[],
  { cluster, breathe }: { readonly cluster: Cluster; readonly breathe: Breathe },
  signal: AbortSignal,
): Promise<SecretReads> {
  const wanted = [...new Set(names)];
  const read = wanted.slice(0, limits.pullSecrets);
  const secrets: ReadSecret[] = [];
  const sum = { secretSize: 0, secretEntries: 0, starEntries: 0 };
  for (let from = 0; from < read.length; from += readsAtOnce) {
    const group = read.slice(from, from + readsAtOnce);
    const lookups = await Promise.all(group.map((name) => cluster.secret(namespace, name, signal)));
    for (const [at, lookup] of lookups.entries()) {
      const name = group[at] ?? '';
      if (lookup.kind !== 'found') {
        secrets.push({ ...lookup, name });
        continue;
      }
      sum.secretSize += sizeOf(lookup.value);
      if (sum.secretSize > limits.secretSize) return { secrets, beyond: 'secretSize' };
      const keys = await keysOf(lookup.value, breathe);
      if (keys.kind === 'too-many') return { secrets, beyond: 'secretEntries' };
      if (keys.kind === 'keys') {
        sum.secretEntries += keys.size;
        sum.starEntries += keys.index.stars;
      }
      if (sum.secretEntries > limits.secretEntries) return { secrets, beyond: 'secretEntries' };
      if (sum.starEntries > limits.starEntries) return { secrets, beyond: 'starEntries' };
      secrets.push({ name, kind: 'read', keys });
    }
  }
  return { secrets, ...(wanted.length > read.length && { beyond: 'pullSecrets' }) };
}

function sizeOf({ data }: PullSecret): number {
  return Object.values(data).reduce((sum, text) => sum + text.length, 0);
}

/** A cached secret is used by many checks. This parses it only once. */
const parsed = new WeakMap<PullSecret, SecretKeys>();

/** A secret with more entries is parsed again each time, because parsed it takes ten times the memory. */
const maxRemembered = 1_000;

/** A secret of this size, in characters of base64, is parsed within a millisecond. */
const smallSize = 20_000;

async function keysOf(secret: PullSecret, breathe: Breathe): Promise<SecretKeys> {
  const known = parsed.get(secret);
  if (known !== undefined) return known;
  const steps = secretKeysSteps(secret);
  const keys = sizeOf(secret) <= smallSize ? atOnce(steps) : await inSteps(steps, breathe);
  if (keys.kind !== 'keys' || keys.size <= maxRemembered) parsed.set(secret, keys);
  return keys;
}
