import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** The paths on which this replica answers reviews. */
export interface ReviewPaths {
  /** Whether reviews may be sent to `path` now. The comparison takes the same time for every path of one length. */
  accepts(path: string): boolean;
  /** Whether a path that anyone can guess is accepted. */
  guessable(): boolean;
}

/** Paths that change: they follow the Secret and the stored webhook configuration. */
export interface FollowedPaths extends ReviewPaths {
  /** Sets the random texts from which the paths are made. The first is in use, the second will be the next one. */
  useSeeds(seeds: readonly string[]): void;
  /**
   * Takes the paths that the webhook configuration has in this generation. Those that it had before are accepted a little
   * longer. If generations were missed, so are guessable paths: somebody may have removed the path, and another replica
   * may have repaired it, before this replica looked.
   */
  saw(paths: readonly string[], generation: number): void;
  /** The path to write instead of `stored`: `stored` itself if somebody chose it, or if it is up to date. */
  wanted(stored: string): string;
}

export interface FollowedOptions {
  /** A path that the operator chose. Then no other path is made. */
  readonly own?: string;
  /** ms since 1970. */
  readonly now?: () => number;
  /** ms since an arbitrary start; never decreases. */
  readonly elapsed?: () => number;
}

export const plainPath = '/validate';

/** Without a stored path, the API server calls `/`. */
const guessablePaths: readonly string[] = ['/', plainPath];

/** The API server repeats its URL in the error of a failed call, which tenants read. So a path is used for an hour. */
const periodMs = 3_600_000;

/** How long a path that left the webhook configuration is accepted. API servers learn of changes with a delay. */
const graceMs = 120_000;

/** The path `/validate/TOKEN`. */
export function pathWith(token: string): string {
  return `${plainPath}/${token}`;
}

/** One path that never changes. */
export function fixedPath(path: string): ReviewPaths {
  const { digest } = digested(path);
  return {
    accepts: (asked) => timingSafeEqual(digestOf(asked), digest),
    guessable: () => guessablePaths.includes(path),
  };
}

interface Digested {
  readonly path: string;
  readonly digest: Buffer;
}

interface Ending extends Digested {
  /** In ms of `elapsed`. */
  readonly end: number;
}

/**
 * Paths of 256 bits, made from a random text that all replicas share. A replica accepts the path of this hour and of the
 * next one, for the present text and for the next one, so no change has to wait for another replica. It also accepts
 * whatever path the webhook configuration has. Until it has read the configuration, that is any guessable path.
 */
export function followedPaths(options: FollowedOptions = {}): FollowedPaths {
  const { own, now = Date.now, elapsed = () => performance.now() } = options;
  const chosen = own === undefined ? undefined : [digested(own)];
  /** Each path of the configuration, and when it ends in ms of `elapsed`. */
  let stored = chosen === undefined ? ending(guessablePaths, Infinity) : [];
  /** The last generation of the configuration that was read. */
  let last: number | undefined;
  let seeds: readonly string[] = [];
  let made: { readonly period: number; readonly paths: readonly Digested[] } | undefined;

  function ownPaths(): readonly Digested[] {
    if (chosen !== undefined) return chosen;
    const period = Math.floor(now() / periodMs);
    if (made?.period === period) return made.paths;
    const paths = seeds.flatMap((seed) => [period, period + 1].map((at) => digested(madeFrom(seed, at))));
    made = { period, paths };
    return paths;
  }

  return {
    accepts(path) {
      const asked = digestOf(path);
      const at = elapsed();
      const live: readonly Digested[] = [...ownPaths(), ...stored.filter(({ end }) => end > at)];
      // Every comparison is made, so the time does not tell which one succeeded.
      return live.map(({ digest }) => timingSafeEqual(digest, asked)).includes(true);
    },

    guessable: () => stored.some(({ path, end }) => end === Infinity && guessablePaths.includes(path)),

    useSeeds(next) {
      if (next.join() === seeds.join()) return;
      seeds = next;
      made = undefined;
    },

    saw(paths, generation) {
      const at = elapsed();
      const missed = last !== undefined && generation !== last && generation !== last + 1;
      const before = last === undefined ? [] : [...stored, ...(missed ? ending(guessablePaths, Infinity) : [])];
      const old = before
        .filter(({ path, end }) => end > at && !paths.includes(path))
        .map((entry) => ({ ...entry, end: Math.min(entry.end, at + graceMs) }));
      stored = [...old, ...ending(paths, Infinity)];
      last = generation;
    },

    wanted(path) {
      const present = ownPaths();
      const replaceable = chosen === undefined && (path === '/' || madePath.test(path));
      return replaceable && !present.some((one) => one.path === path) ? (present[0]?.path ?? path) : path;
    },
  };
}

const madePath = /^\/validate\/[0-9a-f]{64}$/;

/** Lower-case letters and digits, because the API server accepts only DNS names as the parts of a path. */
function madeFrom(seed: string, period: number): string {
  return pathWith(createHmac('sha256', seed).update(String(period)).digest('hex'));
}

function ending(paths: readonly string[], end: number): readonly Ending[] {
  return paths.map((path) => ({ ...digested(path), end }));
}

function digested(path: string): Digested {
  return { path, digest: digestOf(path) };
}

/** Digests have equal lengths, as `timingSafeEqual` needs. */
function digestOf(path: string): Buffer {
  return hash('sha256', path, 'buffer');
}
