import { setTimeout as sleep } from 'node:timers/promises';
import type { Lookup } from '../engine/ports.ts';
import { publishBundle, type BundleStore, type Published, type WriteOutcome } from './ca-bundle.ts';
import { coversNames, expiresAt, isIssuedBy, isPair, joined, renewAt } from './certificate.ts';
import { createAuthority, issueLeaf } from './issue.ts';
import { repeat } from './repeat.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';

/**
 * The shared key, its certificate, and the CAs that clients must trust, in PEM and with the key names of a TLS Secret.
 */
export interface Shared {
  readonly 'tls.key': string;
  readonly 'tls.crt': string;
  /** The CA that issued `tls.crt`, and earlier CAs that have not expired. */
  readonly 'ca.crt': string;
}

/** The present content of the Secret. */
export interface Stored {
  readonly data: Partial<Shared>;
  /** Its `resourceVersion`. */
  readonly version: string;
}

/** Reads and writes one Secret. */
export interface SecretStore {
  read(signal: AbortSignal): Promise<Lookup<Stored>>;
  /**
   * Without `version`, creates the Secret. Otherwise changes its data; `conflict` if somebody wrote after `version`.
   */
  write(data: Shared, version: string | undefined, signal: AbortSignal): Promise<WriteOutcome>;
}

export interface SecretSourceOptions {
  readonly secret: SecretStore;
  /** Absent if somebody else writes the CA bundle. */
  readonly bundle?: BundleStore;
  /** DNS names and IP addresses under which the API server reaches the webhook. */
  readonly names: readonly string[];
  /** Lifetime of a certificate and its CA, in ms. */
  readonly lifetimeMs?: number;
  /** How often the Secret and the bundle are checked, in ms. */
  readonly everyMs?: number;
  /**
   * Pause between publishing a new CA and serving its certificate, in ms, because API servers learn of the CA with a
   * delay.
   */
  readonly settleMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Called after the start and after each complete round. */
  readonly onRound?: (round: Round) => void;
  /** Called with the error of a round that threw or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * The result of one round, for the log. `kept`: the certificate is unchanged. `taken-over`: another replica wrote a new
 * one. `issued`: this replica wrote a new one.
 */
export interface Round {
  readonly secret: 'kept' | 'taken-over' | 'issued' | SecretProblem;
  readonly bundle: Published | 'skipped';
}

/** Why the Secret could not be read or written. `conflict`: this replica lost three races. */
export type SecretProblem = 'forbidden' | 'missing' | 'rejected' | 'unavailable' | 'conflict';

const day = 86_400_000;

/**
 * The certificate that replicas share through a Secret. A replica that finds none, or one after two thirds of its
 * lifetime, writes a new CA and certificate. If another replica writes first, this one uses that certificate. The CA's
 * key is discarded at once: the next certificate gets its own CA, and the bundle contains both until the old CA
 * expires.
 * Resolves to the problem if there is no certificate at the start.
 */
export async function secretSource(
  options: SecretSourceOptions,
  signal: AbortSignal,
): Promise<RunningSource | SecretProblem> {
  const { lifetimeMs = 90 * day, everyMs = 20_000, settleMs = 5_000, now = Date.now, onError } = options;
  let ca = '';

  async function readOrIssue(signal: AbortSignal): Promise<{ shared: Shared; issued: boolean } | SecretProblem> {
    // After a lost race, the next read finds the certificate of the winner.
    for (let tries = 0; tries < 3; tries++) {
      const lookup = await options.secret.read(signal);
      if (lookup.kind !== 'found' && lookup.kind !== 'missing') return lookup.kind;
      const stored = lookup.kind === 'found' ? lookup.value : undefined;
      if (stored !== undefined && isUsable(stored.data, options.names, now()))
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

  const first = await readOrIssue(signal);
  if (typeof first === 'string') return first;
  ca = first.shared['ca.crt'];
  const holder = certificateHolder(certificateOf(first.shared));
  const published = await publish(signal);
  options.onRound?.({ secret: first.issued ? 'issued' : 'taken-over', bundle: published });

  async function round(signal: AbortSignal): Promise<boolean> {
    const latest = await readOrIssue(signal);
    const changed = typeof latest !== 'string' && latest.shared['tls.crt'] !== holder.current().cert;
    if (typeof latest !== 'string') ca = latest.shared['ca.crt'];
    const bundle = await publish(signal);
    const trusted = isTrusted(bundle);
    // After its expiry, the current certificate is no better than one that is not trusted yet.
    const expired = now() > expiresAt(holder.current().cert);
    if (changed && (trusted || expired)) {
      await sleep(settleMs, undefined, { signal });
      holder.replace(certificateOf(latest.shared));
    }
    const secret = typeof latest === 'string' ? latest : !changed ? 'kept' : latest.issued ? 'issued' : 'taken-over';
    options.onRound?.({ secret, bundle });
    return trusted && typeof latest !== 'string';
  }

  const pace = { startedWell: isTrusted(published), everyMs, retryMs: Math.min(2_000, everyMs), timeoutMs: 30_000 };
  return { ...holder, close: repeat(round, { ...pace, ...(onError && { onError }) }) };
}

function isTrusted(bundle: Round['bundle']): boolean {
  return bundle === 'unchanged' || bundle === 'written' || bundle === 'skipped';
}

function certificateOf(shared: Shared): Certificate {
  return { key: shared['tls.key'], cert: shared['tls.crt'] };
}

/** Whether the data is a complete certificate for `names` that need not be renewed yet. */
function isUsable(data: Partial<Shared>, names: readonly string[], now: number): data is Shared {
  const { 'tls.key': key, 'tls.crt': cert, 'ca.crt': ca } = data;
  if (key === undefined || cert === undefined || ca === undefined || !isPair({ key, cert })) return false;
  return isIssuedBy(cert, ca) && coversNames(cert, names) && now < renewAt(cert);
}
