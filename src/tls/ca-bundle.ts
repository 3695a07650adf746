import { X509Certificate } from 'node:crypto';
import type { Lookup } from '../engine/ports.ts';
import { certificatesIn } from '../lib/pem.ts';
import { joined } from './certificate.ts';
import { authorityName } from './issue.ts';

/** What a write of one object came to. */
export type WriteOutcome = 'written' | 'conflict' | 'missing' | 'forbidden' | 'rejected' | 'unavailable';

/** The `caBundle` of each webhook of one ValidatingWebhookConfiguration, as PEM; empty where there is none. */
export interface Bundles {
  readonly version: string;
  readonly bundles: readonly string[];
}

export interface BundleStore {
  read(signal: AbortSignal): Promise<Lookup<Bundles>>;
  /** Writes the bundles and nothing else, unless somebody wrote since `version`. */
  write(next: Bundles, signal: AbortSignal): Promise<WriteOutcome>;
}

export type Published = 'unchanged' | WriteOutcome;

/**
 * Sees to it that every webhook of the configuration trusts `ca`. CAs of another replica's making stay until they end:
 * it may have rotated a moment ago, and what it serves must stay trusted. `now` in ms since 1970.
 */
export async function publishBundle(
  store: BundleStore,
  ca: string,
  now: () => number,
  signal: AbortSignal,
): Promise<Published> {
  const lookup = await store.read(signal);
  if (lookup.kind !== 'found') return lookup.kind;
  const { version, bundles } = lookup.value;
  const wanted = bundles.map((bundle) => joined([ca, ...ownOf(bundle)], now()));
  if (wanted.every((bundle, index) => sameSet(bundle, bundles[index] ?? ''))) return 'unchanged';
  return store.write({ version, bundles: wanted }, signal);
}

function ownOf(bundle: string): readonly string[] {
  return certificatesIn(bundle).filter((cert) => new X509Certificate(cert).subject === `CN=${authorityName}`);
}

/** In another order it is the same bundle: replicas must not write against each other. */
function sameSet(one: string, other: string): boolean {
  return certificatesIn(one).toSorted().join() === certificatesIn(other).toSorted().join();
}
