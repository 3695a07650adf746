import { systemClock } from '../lib/clock.ts';
import { createBell, type RoundResult } from './bell.ts';
import { validityOf } from './certificate.ts';
import { followedRules, type FollowedRules } from './followed-rules.ts';
import { repeat } from './repeat.ts';
import { followedPaths, type FollowedPaths } from './review-paths.ts';
import { readOrIssue, type Shared, type SharedOptions, type SecretProblem } from './shared-secret.ts';
import { certificateHolder, type Certificate, type RunningSource } from './source.ts';
import { publish, type ConfigurationStore, type Published } from './webhook-configuration.ts';

export interface SecretSourceOptions extends Pick<SharedOptions, 'secret' | 'names'> {
  /** Absent if somebody else writes the webhook configuration. */
  readonly configuration?: ConfigurationStore;
  /** Absent if the path does not follow the webhook configuration. */
  readonly paths?: FollowedPaths;
  /** Default: the rules are written at once. */
  readonly rules?: FollowedRules;
  /** Lifetime of a certificate and its CA, in ms. */
  readonly lifetimeMs?: number;
  /** How often the Secret and the configuration are read, besides after each change of the configuration. In ms. */
  readonly everyMs?: number;
  /**
   * Pause between publishing a new CA and serving its certificate, in ms, because API servers learn of the CA with a
   * delay.
   */
  readonly settleMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Returns false if the clock is known to be wrong. Then nothing is issued, taken over or written. */
  readonly clockIsRight?: () => boolean;
  /** Called after the start and after each complete round. */
  readonly onRound?: (round: Round) => void;
  /** Called with the error of a round that threw or took too long. */
  readonly onError?: (cause: unknown) => void;
}

/**
 * The result of one round, for the log. `kept`: the certificate is unchanged. `waiting`: there is a new one, but the API
 * server does not trust it yet. `issued`, `taken-over`: it is trusted and will be served; this replica issued it, or
 * another one did.
 */
export interface Round {
  readonly secret: 'kept' | 'waiting' | 'taken-over' | 'issued' | SecretProblem;
  readonly configuration: Published | 'skipped';
}

/** A source that can also be told to read the Secret and the webhook configuration again. */
export interface SecretSource extends RunningSource {
  /** Resolves after a read that started after this call. */
  look(): Promise<unknown>;
}

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
): Promise<SecretSource | SecretProblem> {
  const { configuration, paths = followedPaths(), names, everyMs = 20_000, settleMs = 5_000, onError } = options;
  const {
    rules = followedRules(() => true),
    now = Date.now,
    lifetimeMs = 90 * day,
    clockIsRight = () => true,
  } = options;
  const sharing = { secret: options.secret, names, lifetimeMs, now, clockIsRight };
  let ca = '';
  /** The newest certificate that this replica issued. */
  let mine = '';

  async function obtain(signal: AbortSignal): Promise<Shared | SecretProblem> {
    const obtained = await readOrIssue(sharing, ca, signal);
    if (typeof obtained === 'string') return obtained;
    const { shared, issued } = obtained;
    ca = shared['ca.crt'];
    if (issued) mine = shared['tls.crt'];
    paths.useSeeds([shared['path-seed'], shared['path-seed-next']]);
    return shared;
  }

  async function publishAll(signal: AbortSignal): Promise<Round['configuration']> {
    if (configuration === undefined) return 'skipped';
    return publish(configuration, { ca, names, paths, rules, mayWrite: clockIsRight, now }, signal);
  }

  function originOf({ cert }: Certificate): 'issued' | 'taken-over' {
    return cert === mine ? 'issued' : 'taken-over';
  }

  const first = await obtain(signal);
  if (typeof first === 'string') return first;
  const holder = certificateHolder(certificateOf(first));
  const published = await publishAll(signal);
  options.onRound?.({ secret: originOf(holder.current()), configuration: published });
  let next = holder.current();
  let cancel: (() => void) | undefined;

  function serve(certificate: Certificate): void {
    if (certificate.cert === next.cert) return;
    next = certificate;
    cancel?.();
    cancel = systemClock.schedule(settleMs, () => holder.replace(certificate));
  }

  async function round(signal: AbortSignal): Promise<RoundResult> {
    const latest = await obtain(signal);
    const outcome = await publishAll(signal);
    const trusted = isTrusted(outcome);
    // A certificate that is not valid now is no better than one that is not trusted yet.
    const ready = trusted || validityOf(holder.current().cert, now()) !== 'valid';
    let secret: Round['secret'] = 'kept';
    if (typeof latest === 'string') secret = latest;
    else if (latest['tls.crt'] !== next.cert) {
      secret = ready ? originOf(certificateOf(latest)) : 'waiting';
      if (ready) serve(certificateOf(latest));
    }
    options.onRound?.({ secret, configuration: outcome });
    return { succeeded: trusted && typeof latest !== 'string', quiet: outcome !== 'written' };
  }

  const limits = { timeoutMs: 30_000, ...(onError && { onError }) };
  const pauseMs = Math.min(1_000, everyMs);
  const bell = createBell(round, { ...limits, pauseMs, maxPauseMs: 5 * pauseMs });
  const retryMs = Math.min(2_000, everyMs);
  const stops = [
    () => bell.close(),
    repeat(() => bell.ring(), { ...limits, startedWell: isTrusted(published), everyMs, retryMs }),
    () => cancel?.(),
  ];
  if (configuration !== undefined) {
    const watch = (signal: AbortSignal): Promise<boolean> => configuration.watch(() => void bell.ring(), signal);
    stops.push(repeat(watch, { everyMs: 100, retryMs: 1_000, maxRetryMs: 10_000, timeoutMs: 300_000 }));
  }
  return { ...holder, look: () => bell.ring(), close: () => stops.forEach((stop) => stop()) };
}

function isTrusted(outcome: Round['configuration']): boolean {
  return outcome === 'unchanged' || outcome === 'written' || outcome === 'skipped' || outcome === 'not-named';
}

function certificateOf(shared: Shared): Certificate {
  return { key: shared['tls.key'], cert: shared['tls.crt'] };
}
