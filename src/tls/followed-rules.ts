import { readRules, sameRules, type WebhookRule } from './webhook-rules.ts';

/** What decides about the rules of one entry. */
export interface RuledEntry {
  /** Whether the API server denies a request if it cannot call this entry. */
  readonly failClosed: boolean;
  /** Whether the entry names a Service, which leads nowhere until a replica is ready. */
  readonly service: boolean;
  readonly rules: readonly object[];
}

/** An annotation of the webhook configuration with rules, as JSON. */
export interface RulesText {
  readonly annotation: string;
  readonly text: string;
}

/** An annotation that cannot be used, so the stored rules stay. `problem` is one line that names the place. */
interface InvalidRules {
  readonly kind: 'invalid';
  readonly annotation: string;
  readonly problem: string;
}

/**
 * Why the rules of the webhook configuration are not those of its annotations. `waiting`: no Service leads to this
 * replica yet.
 */
export type RulesProblem = { readonly kind: 'waiting' } | InvalidRules;

/** The rules that the manifest of the webhook configuration wants its entries to have. */
export interface FollowedRules {
  /** Takes the annotations, in the order of their rules. Call it before `wanted`, in each round. */
  saw(texts: readonly RulesText[]): void;
  /** The rules to write to an entry. Undefined if its rules stay. */
  wanted(entry: RuledEntry): readonly WebhookRule[] | undefined;
  problem(): RulesProblem | undefined;
}

/**
 * The rules follow the annotations. An entry that fails closed gets them only after the Service leads to this replica,
 * because from then on the API server denies whatever it cannot ask about. `leadsHere` returns whether it does.
 */
export function followedRules(leadsHere: () => boolean): FollowedRules {
  let all: readonly WebhookRule[] = [];
  let invalid: InvalidRules | undefined;
  let waiting = false;
  let last = '';
  return {
    saw(texts) {
      waiting = false;
      const now = JSON.stringify(texts);
      if (now === last) return;
      last = now;
      const read = texts.map(({ annotation, text }) => ({ annotation, ...readRules(text) }));
      invalid = read.find((one) => one.kind === 'invalid');
      all = read.flatMap((one) => (one.kind === 'rules' ? one.rules : []));
    },

    wanted({ failClosed, service, rules }) {
      if (invalid !== undefined || all.length === 0 || sameRules(rules, all)) return undefined;
      if (!failClosed || !service || leadsHere()) return all;
      waiting = true;
      return undefined;
    },

    problem() {
      return invalid ?? (waiting ? { kind: 'waiting' } : undefined);
    },
  };
}
