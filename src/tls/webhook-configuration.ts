import type { Lookup } from '../engine/ports.ts';
import { certificatesIn } from '../lib/pem.ts';
import { joined } from './certificate.ts';
import type { FollowedRules, RulesText } from './followed-rules.ts';
import type { FollowedPaths } from './review-paths.ts';
import type { WebhookRule } from './webhook-rules.ts';

/** The result of a write of one object. */
export type WriteOutcome = 'written' | 'conflict' | 'missing' | 'forbidden' | 'rejected' | 'unavailable';

/** How the API server calls one webhook of a ValidatingWebhookConfiguration. */
export interface WebhookEntry {
  /** `NAME.NAMESPACE.svc` of a Service, or the host of a URL. */
  readonly host: string;
  /** `/` if none is stored. */
  readonly path: string;
  /** Whether the entry names a Service, which has a path of its own. */
  readonly service: boolean;
  /** The CAs that the API server trusts for this webhook, as PEM; empty if there are none. */
  readonly bundle: string;
  /** Whether the API server denies a request if it cannot call this webhook: failurePolicy `Fail`. */
  readonly failClosed: boolean;
  /** The requests for which the API server calls it; none before a replica has written them. */
  readonly rules: readonly object[];
}

export interface WebhookEntries {
  readonly version: string;
  /** Increases by one with each change of the entries. */
  readonly generation: number;
  readonly entries: readonly WebhookEntry[];
  /** The annotations with the rules that the entries should have. */
  readonly rules: readonly RulesText[];
}

/** New values for the entry at `index`. */
export interface EntryChange {
  readonly index: number;
  readonly bundle?: string;
  readonly path?: string;
  readonly rules?: readonly WebhookRule[];
}

export interface ConfigurationStore {
  read(signal: AbortSignal): Promise<Lookup<WebhookEntries>>;
  /** Writes `changes` and nothing else. The result is `conflict` if the object has changed since `version`. */
  write(
    next: { readonly version: string; readonly changes: readonly EntryChange[] },
    signal: AbortSignal,
  ): Promise<WriteOutcome>;
  /**
   * Calls `onChange` at least once after each change, and at the start. Returns after some minutes: true, or false if
   * the watch failed.
   */
  watch(onChange: () => void, signal: AbortSignal): Promise<boolean>;
}

/** What the entries of this webhook must have. */
export interface Wanted {
  /** The CAs to trust, as PEM. */
  readonly ca: string;
  /** The names of the certificate. An entry with another host leads to somebody else, and stays as it is. */
  readonly names: readonly string[];
  /** Gets the paths under which the API server calls this webhook, and says which path an entry must have. */
  readonly paths: Pick<FollowedPaths, 'saw' | 'wanted'>;
  /** Gets the annotations with the rules, and says which rules an entry must get. */
  readonly rules: Pick<FollowedRules, 'saw' | 'wanted'>;
  /** Returns false if nothing may be written now. */
  readonly mayWrite: () => boolean;
  /** ms since 1970. */
  readonly now: () => number;
}

/** `not-named`: no entry leads to this webhook. `held-back`: a write is necessary, but not allowed now. */
export type Published = 'unchanged' | 'not-named' | 'held-back' | WriteOutcome;

const maxTries = 3;

/**
 * Writes the CA, the path and the rules to each entry of the configuration that leads to this webhook, so that the API
 * server trusts its certificate, knows its path, and knows when to call it. CAs of others stay until they expire: another replica may have rotated a
 * moment ago, or cert-manager may be taking over, and the certificates that they serve must stay trusted.
 */
export async function publish(store: ConfigurationStore, wanted: Wanted, signal: AbortSignal): Promise<Published> {
  for (let tries = 1; ; tries++) {
    const lookup = await store.read(signal);
    if (lookup.kind === 'missing') wanted.paths.saw([], 0);
    if (lookup.kind !== 'found') return lookup.kind;
    const { version, generation, entries, rules } = lookup.value;
    wanted.rules.saw(rules);
    const own = entries.map((entry, index) => ({ ...entry, index })).filter(({ host }) => wanted.names.includes(host));
    if (own.length === 0) return 'not-named';
    // Without a CA, a call cannot succeed, so nobody can need the path.
    const callable = own.filter(({ bundle }) => bundle !== '');
    wanted.paths.saw(
      callable.map(({ path }) => path),
      generation,
    );
    const changes = own.flatMap((entry) => changeOf(entry, wanted));
    if (changes.length === 0) return 'unchanged';
    if (!wanted.mayWrite()) return 'held-back';
    const outcome = await store.write({ version, changes }, signal);
    if (outcome === 'written') {
      const written = new Map(changes.map(({ index, path }) => [index, path]));
      wanted.paths.saw(
        own.map(({ index, path }) => written.get(index) ?? path),
        generation + 1,
      );
    }
    if (outcome !== 'conflict' || tries === maxTries) return outcome;
  }
}

function changeOf(entry: WebhookEntry & { readonly index: number }, wanted: Wanted): readonly EntryChange[] {
  const bundle = joined([wanted.ca, entry.bundle], wanted.now());
  const path = entry.service ? wanted.paths.wanted(entry.path) : entry.path;
  const rules = wanted.rules.wanted(entry);
  const change = {
    ...(sameSet(bundle, entry.bundle) ? {} : { bundle }),
    ...(path === entry.path ? {} : { path }),
    ...(rules === undefined ? {} : { rules }),
  };
  return Object.keys(change).length === 0 ? [] : [{ index: entry.index, ...change }];
}

/** Bundles in another order are equal, so that replicas do not write against each other. */
function sameSet(one: string, other: string): boolean {
  return certificatesIn(one).toSorted().join() === certificatesIn(other).toSorted().join();
}
