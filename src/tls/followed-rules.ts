import { readRules, sameRules, type ReadRules, type WebhookRule } from './webhook-rules.ts';

/** What decides about the rules of one entry. */
export interface RuledEntry {
  /** Whether the API server denies a request if it cannot call this entry. */
  readonly failClosed: boolean;
  /** Whether the entry names a Service, which leads nowhere until a replica is ready. */
  readonly service: boolean;
  readonly rules: readonly object[];
}

/**
 * Why the rules of the webhook configuration are not those of its annotation. `waiting`: no Service leads to this
 * replica yet. `invalid`: the annotation cannot be used, and the stored rules stay.
 */
export type RulesProblem = { readonly kind: 'waiting' } | { readonly kind: 'invalid'; readonly problem: string };

/** The rules that the manifest of the webhook configuration wants its entries to have. */
export interface FollowedRules {
  /** Takes the text of the annotation. Undefined if there is none. Call it before `wanted`, in each round. */
  saw(text: string | undefined): void;
  /** The rules to write to an entry. Undefined if its rules stay. */
  wanted(entry: RuledEntry): readonly WebhookRule[] | undefined;
  problem(): RulesProblem | undefined;
}

/**
 * The rules follow the annotation. An entry that fails closed gets them only after the Service leads to this replica,
 * because from then on the API server denies whatever it cannot ask about. `leadsHere` returns whether it does.
 */
export function followedRules(leadsHere: () => boolean): FollowedRules {
  let read: ReadRules | undefined;
  let waiting = false;
  let last: string | undefined;
  return {
    saw(text) {
      waiting = false;
      if (text === last) return;
      last = text;
      read = text === undefined ? undefined : readRules(text);
    },

    wanted({ failClosed, service, rules }) {
      if (read?.kind !== 'rules' || sameRules(rules, read.rules)) return undefined;
      if (!failClosed || !service || leadsHere()) return read.rules;
      waiting = true;
      return undefined;
    },

    problem() {
      if (read?.kind === 'invalid') return read;
      return waiting ? { kind: 'waiting' } : undefined;
    },
  };
}
