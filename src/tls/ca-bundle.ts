import type { Lookup } from '../engine/ports.ts';
import { certificatesIn } from '../lib/pem.ts';
import { joined } from './certificate.ts';

/** The result of a write of one object. */
export type WriteOutcome = 'written' | 'conflict' | 'missing' | 'forbidden' | 'rejected' | 'unavailable';

/** The `caBundle` of each webhook of one ValidatingWebhookConfiguration, as PEM. Empty if a webhook has none. */
export interface Bundles {
  readonly version: string;
  readonly bundles: readonly string[];
}

export interface BundleStore {
  read(signal: AbortSignal): Promise<Lookup<Bundles>>;
  /** Writes the bundles and nothing else. The result is `conflict` if the object has changed since `version`. */
  write(next: Bundles, signal: AbortSignal): Promise<WriteOutcome>;
}

export type Published = 'unchanged' | WriteOutcome;

/**
 * Adds `ca` to every webhook of the configuration, so that the API server trusts it. CAs of others stay until they
 * expire: another replica may have rotated a moment ago, or cert-manager may be taking over, and the certificates that
 * they serve must stay trusted. `now` in ms since 1970.
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
  const wanted = bundles.map((bundle) => joined([ca, bundle], now()));
  if (wanted.every((bundle, index) => sameSet(bundle, bundles[index] ?? ''))) return 'unchanged';
  return store.write({ version, bundles: wanted }, signal);
}

/** Bundles in another order are equal, so that replicas do not write against each other. */
function sameSet(one: string, other: string): boolean {
  return certificatesIn(one).toSorted().join() === certificatesIn(other).toSorted().join();
}
