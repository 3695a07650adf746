import { randomBytes } from 'node:crypto';
import type { Lookup } from '../engine/ports.ts';
import { coversNames, isIssuedBy, isPair, joined, namesIn, renewAt, validityOf } from './certificate.ts';
import type { WriteOutcome } from './webhook-configuration.ts';

/** What the replicas share. The first three names are those of a TLS Secret. PEM. */
export interface Shared {
  readonly 'tls.key': string;
  readonly 'tls.crt': string;
  /** The CA that issued `tls.crt`, and earlier CAs that have not expired. */
  readonly 'ca.crt': string;
  /** 256 random bits from which the path of the webhook is made. */
  readonly 'path-seed': string;
  /** The seed that the next certificate comes with. Replicas accept its paths in advance. */
  readonly 'path-seed-next': string;
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

export interface SharedOptions {
  readonly secret: SecretStore;
  /** DNS names and IP addresses under which the API server reaches the webhook. */
  readonly names: readonly string[];
  /** Lifetime of a certificate and its CA, in ms. */
  readonly lifetimeMs: number;
  /** ms since 1970. */
  readonly now: () => number;
  /** Returns false if the clock is known to be wrong. Then nothing is issued or taken over. */
  readonly clockIsRight: () => boolean;
}

/**
 * Why the Secret could not be read or written. `conflict`: this replica lost three races. `wrong-clock`: the clock
 * differs from that of the API server.
 */
export type SecretProblem = 'forbidden' | 'missing' | 'rejected' | 'unavailable' | 'conflict' | 'wrong-clock';

export interface Obtained {
  readonly shared: Shared;
  /** Whether this call issued the certificate. */
  readonly issued: boolean;
}

/**
 * Reads the Secret. If its certificate is missing, not valid now, due for renewal, or without one of `names`, issues
 * another one with a CA of its own. `ca` has the CAs that this replica knows, and which must stay trusted.
 */
export async function readOrIssue(
  { secret, names, lifetimeMs, now, clockIsRight }: SharedOptions,
  ca: string,
  signal: AbortSignal,
): Promise<Obtained | SecretProblem> {
  // After a lost race, the next read finds the certificate of the winner.
  for (let tries = 0; tries < 3; tries++) {
    const lookup = await secret.read(signal);
    if (lookup.kind !== 'found' && lookup.kind !== 'missing') return lookup.kind;
    if (!clockIsRight()) return 'wrong-clock';
    const { data = {}, version } = lookup.kind === 'found' ? lookup.value : {};
    const usable = isUsable(data, now());
    const complete = usable && coversNames(data['tls.crt'], names);
    if (complete && hasSeeds(data)) return { shared: data, issued: false };
    const pair = complete ? pairIn(data) : await issue(usable ? data['tls.crt'] : undefined, data['ca.crt']);
    const shared = { ...pair, ...(complete || !hasSeeds(data) ? newSeeds() : nextSeeds(data)) };
    const outcome = await secret.write(shared, version, signal);
    if (outcome === 'written') return { shared, issued: !complete };
    if (outcome !== 'conflict' && outcome !== 'missing') return outcome;
  }
  return 'conflict';

  /**
   * The names of a usable certificate stay in the next one, because another replica may need them. Otherwise, two
   * replicas with different names would replace each other's certificate forever.
   */
  async function issue(usableCert: string | undefined, older = ''): Promise<Pair> {
    const validity = { now: now(), lifetimeMs };
    const all = [...new Set([...names, ...(usableCert === undefined ? [] : namesIn(usableCert))])];
    // Most replicas find a certificate in the Secret, and the library that makes one needs memory.
    const { createAuthority, issueLeaf } = await import('./issue.ts');
    const authority = await createAuthority(validity);
    const { key, cert } = await issueLeaf(authority, { ...validity, names: all });
    return { 'tls.key': key, 'tls.crt': cert, 'ca.crt': joined([authority.cert, ca, older], now()) };
  }
}

type Pair = Pick<Shared, 'tls.key' | 'tls.crt' | 'ca.crt'>;
type Seeds = Pick<Shared, 'path-seed' | 'path-seed-next'>;

function pairIn({ 'tls.key': key, 'tls.crt': cert, 'ca.crt': ca }: Pair): Pair {
  return { 'tls.key': key, 'tls.crt': cert, 'ca.crt': ca };
}

function newSeeds(): Seeds {
  return { 'path-seed': randomSeed(), 'path-seed-next': randomSeed() };
}

function nextSeeds(data: Seeds): Seeds {
  return { 'path-seed': data['path-seed-next'], 'path-seed-next': randomSeed() };
}

function randomSeed(): string {
  return randomBytes(32).toString('hex');
}

function hasSeeds(data: Partial<Shared>): data is Partial<Shared> & Seeds {
  return [data['path-seed'], data['path-seed-next']].every((seed) => seed !== undefined && /^[0-9a-f]{64}$/.test(seed));
}

/** Whether the data has a key and a certificate that belong together, and that need not be renewed yet. */
function isUsable(data: Partial<Shared>, now: number): data is Partial<Shared> & Pair {
  const { 'tls.key': key, 'tls.crt': cert, 'ca.crt': ca } = data;
  if (key === undefined || cert === undefined || ca === undefined || !isPair({ key, cert })) return false;
  return isIssuedBy(cert, ca) && validityOf(cert, now) === 'valid' && now < renewAt(cert);
}
