import { setTimeout as sleep } from 'node:timers/promises';
import type { Lookup } from '../engine/ports.ts';
import { publishBundle, type BundleStore, type Published, type WriteOutcome } from './ca-bundle.ts';
import { isFor, expiresAt, isIssuedBy, isPair, joined, renewAt } from './certificate.ts';
import { createAuthority, issueLeaf } from './issue.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

/** What is shared: a key, its certificate, and the CAs that clients must trust; PEM, with the names of a TLS Secret. */
export interface Shared {
  readonly 'tls.key': string;
  readonly 'tls.crt': string;
  /** The CA that issued `tls.crt`, and those before it that have not ended. */
  readonly 'ca.crt': string;
}

export interface Stored {
  readonly data: Partial<Shared>;
  readonly version: string;
}

/** One Secret, by its name. */
export interface SecretStore {
  read(signal: AbortSignal): Promise<Lookup<Stored>>;
  /** Creates it (no `version`), or replaces its data unless somebody wrote since `version`. */
  write(data: Shared, version: string | undefined, signal: AbortSignal): Promise<WriteOutcome>;
}

export interface SecretSourceOptions {
  readonly secret: SecretStore;
  /** Absent where somebody else writes the CA bundle. */
  readonly bundle?: BundleStore;
  /** DNS names and IP addresses under which the API server reaches the webhook. */
  readonly names: readonly string[];
  readonly lifetimeMs?: number;
  /** How often the Secret and the bundle are looked at, in ms. */
  readonly everyMs?: number;
  /** How long a new CA is published before its certificate is served, in ms: API servers take a moment to hear of it. */
  readonly settleMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  readonly onRound?: (round: Round) => void;
  /** A round that threw, or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/** What one look came to, for logs and metrics. */
export interface Round {
  readonly secret: 'kept' | 'taken-over' | 'issued' | SecretProblem;
  readonly bundle: Published | 'skipped';
}

export type SecretProblem = 'forbidden' | 'missing' | 'rejected' | 'unavailable' | 'conflict';

const day = 86_400_000;

/**
 * The certificate that replicas share through a Secret. Who finds none, or one whose life is two thirds over, makes a
 * CA and a certificate and writes them; who loses that race takes over what the winner wrote. The CA's key is thrown
 * away at once: the next certificate gets a CA of its own, and the bundle holds both until the old one ends.
 * Answers the problem where there is no certificate at the start.
 */
export async function secretSource(
  options: SecretSourceOptions,
  signal: AbortSignal,
): Promise<RunningSource | SecretProblem> {
  const { lifetimeMs = 90 * day, everyMs = 20_000, settleMs = 5_000, now = Date.now, onError } = options;
  let ca = '';

  async function agree(signal: AbortSignal): Promise<{ shared: Shared; issued: boolean } | SecretProblem> {
    // A lost race is won by somebody: the second look finds what they wrote.
    for (let tries = 0; tries < 3; tries++) {
      const lookup = await options.secret.read(signal);
      if (lookup.kind !== 'found' && lookup.kind !== 'missing') return lookup.kind;
      const stored = lookup.kind === 'found' ? lookup.value : undefined;
      if (stored !== undefined && isGood(stored.data, options.names, now()))
        return { shared: stored.data, issued: false };
      const shared = await issue([ca, stored?.data['ca.crt'] ?? '']);
      const outcome = await options.secret.write(shared, stored?.version, signal);
      if (outcome === 'written') return { shared, issued: true };
      if (outcome !== 'conflict' && outcome !== 'missing') return outcome;
    }
    return 'conflict';
  }

  async function issue(older: readonly string[]): Promise<Shared> {
    const validity = { now: now(), lifetimeMs };
    const authority = await createAuthority(validity);
    const { key, cert } = await issueLeaf(authority, { ...validity, names: options.names });
    return { 'tls.key': key, 'tls.crt': cert, 'ca.crt': joined([authority.cert, ...older], now()) };
  }

  async function publish(signal: AbortSignal): Promise<Round['bundle']> {
    return options.bundle === undefined ? 'skipped' : publishBundle(options.bundle, ca, now, signal);
  }

  const first = await agree(signal);
  if (typeof first === 'string') return first;
  ca = first.shared['ca.crt'];
  const holder = certificateHolder(certificateOf(first.shared));
  const published = await publish(signal);
  options.onRound?.({ secret: first.issued ? 'issued' : 'taken-over', bundle: published });

  async function round(signal: AbortSignal): Promise<boolean> {
    const agreed = await agree(signal);
    const changed = typeof agreed !== 'string' && agreed.shared['tls.crt'] !== holder.current().cert;
    if (typeof agreed !== 'string') ca = agreed.shared['ca.crt'];
    const bundle = await publish(signal);
    const trusted = isTrusted(bundle);
    // An untrusted certificate is no worse than one that has ended.
    const over = now() > expiresAt(holder.current().cert);
    if (changed && (trusted || over)) {
      await sleep(settleMs, undefined, { signal });
      holder.replace(certificateOf(agreed.shared));
    }
    const secret = typeof agreed === 'string' ? agreed : !changed ? 'kept' : agreed.issued ? 'issued' : 'taken-over';
    options.onRound?.({ secret, bundle });
    return trusted && typeof agreed !== 'string';
  }

  const pace = { well: isTrusted(published), everyMs, againMs: Math.min(2_000, everyMs), timeoutMs: 30_000 };
  return { ...holder, close: repeat(round, { ...pace, ...(onError && { onError }) }) };
}

function isTrusted(bundle: Round['bundle']): boolean {
  return bundle === 'unchanged' || bundle === 'written' || bundle === 'skipped';
}

function certificateOf(shared: Shared): Certificate {
  return { key: shared['tls.key'], cert: shared['tls.crt'] };
}

/** Whether it can be served for a good while yet. */
function isGood(data: Partial<Shared>, names: readonly string[], now: number): data is Shared {
  const { 'tls.key': key, 'tls.crt': cert, 'ca.crt': ca } = data;
  if (key === undefined || cert === undefined || ca === undefined || !isPair({ key, cert })) return false;
  return isIssuedBy(cert, ca) && isFor(cert, names) && now < renewAt(cert);
}
