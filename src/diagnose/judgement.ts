import type { Finding, FindingKind } from '../engine/finding.ts';
import { causeSides, mayPass, type PullCause, type Side } from './pull-cause.ts';
import type { Said } from './said.ts';
import { isSameCause } from './same-cause.ts';

/** What the registry says now, to a pull with the credentials of this pod. */
export type Now =
  | { readonly kind: 'pullable' }
  | { readonly kind: 'fails'; readonly finding: Finding }
  /** Pullgate could not learn it: no answer, a limit, or an image that no registry has (the sandbox's). */
  | { readonly kind: 'unknown'; readonly finding?: Finding };

/**
 * How the two sides fit.
 * `agree`: both name the same side.
 * `registry-explains`: the kubelet's message names no cause, or less than the answer that Pullgate gets.
 * `healed`: what the kubelet met is no longer so, and the next retry should pull.
 * `node-only`: the node could not reach the registry, and Pullgate can.
 * `on-node`: the cause is on the node itself, and the registry has no part in it.
 * `changed`: the registry now gives another reason than the kubelet met.
 * `not-refuted`: Pullgate finds nothing wrong, but what the node met is nothing that it can check.
 * `kubelet-only`: Pullgate has no answer, so only the kubelet's message counts.
 * `unexplained`: the message names no cause, and the registry would serve the image.
 */
export type Relation =
  | 'agree'
  | 'registry-explains'
  | 'healed'
  | 'node-only'
  | 'on-node'
  | 'changed'
  | 'not-refuted'
  | 'kubelet-only'
  | 'unexplained';

/**
 * Whether a retry of the kubelet heals it.
 * `next-retry`: yes, without any change. `in-time`: probably, once what is temporary has passed.
 * `once-fixed`: after a fix outside the pod, the next retry pulls.
 * `new-pod`: only a new or changed pod can.
 * `unknown`: nothing is known that would tell.
 */
export type Heals = 'next-retry' | 'in-time' | 'once-fixed' | 'new-pod' | 'unknown';

export interface Judgement {
  readonly side: Side;
  readonly relation: Relation;
  readonly heals: Heals;
}

/** Where a finding points to. Undefined if it does not tell whether the pull works. */
const findingSides: Readonly<Record<FindingKind, Side | undefined>> = {
  'invalid-image-name': 'reference',
  'image-not-found': 'reference',
  'access-denied': 'credentials',
  'access-unknown': 'credentials',
  'pull-secret-malformed': 'credentials',
  'pull-secret-missing': undefined,
  'pull-secret-unusable': undefined,
  'pull-secret-unreadable': undefined,
  'service-account-missing': undefined,
  'no-matching-platform': 'image',
  'wrong-platform': 'image',
  'image-incomplete': 'image',
  'unsupported-manifest': 'image',
  'never-pull-absent': 'node',
  'never-pull': 'node',
  'latest-tag': undefined,
  'not-pinned': undefined,
  'registry-unknown-host': 'way',
  'registry-untrusted': 'way',
  'registry-unreachable': 'way',
  'registry-blocked': 'node',
  'rate-limited': 'way',
  'not-checked': 'unknown',
};

/** Returns where a finding points to. Undefined if it does not tell whether the pull works. */
export function sideOf({ kind }: Finding): Side | undefined {
  return findingSides[kind];
}

/** Returns what the findings about one image say: the first that fails the pull, in the order of the engine. */
export function nowOf(findings: readonly Finding[], said: Said): Now {
  const telling = findings.filter((finding) => findingSides[finding.kind] !== undefined);
  // The image was pulled before it turned out to be of another platform, so only then is a warning about it the cause.
  const failing = telling.filter(({ kind }) => kind !== 'wrong-platform' || said.cause === 'other-platform');
  const finding = failing.find(({ kind }) => kind !== 'not-checked') ?? failing[0];
  if (finding === undefined) return { kind: 'pullable' };
  return { kind: finding.kind === 'not-checked' ? 'unknown' : 'fails', finding };
}

/** Causes that no answer of a registry refutes: they lie in the content of layers, or in a policy of the node. */
const irrefutable: ReadonlySet<PullCause> = new Set([
  'short-name',
  'signature-rejected',
  'other-platform',
  'incomplete-image',
]);

/**
 * Joins what the kubelet said with what the registry says now. `nodeKnown`: whether the platform of the node is known,
 * so that an image that lacks it would be found.
 */
export function judge({ cause, error }: Said, now: Now, nodeKnown: boolean): Judgement {
  const said = causeSides[cause];
  if (now.kind === 'unknown') {
    return { side: said, relation: 'kubelet-only', heals: mayPass(cause) ? 'in-time' : afterFix(said) };
  }
  if (now.kind === 'pullable') {
    const isRefuted = !irrefutable.has(cause) && (cause !== 'no-platform' || nodeKnown);
    const relation = isRefuted ? relationOfPullable(said) : 'not-refuted';
    return { side: said, relation, heals: healsPullable(relation, mayPass(cause)) };
  }
  const side = findingSides[now.finding.kind] ?? 'unknown';
  const heals = healsFinding(now.finding, side);
  if (said === side || isSameCause(cause, now.finding)) return { side: said, relation: 'agree', heals };
  if (said === 'unknown' || isNoRegistry(now.finding)) return { side, relation: 'registry-explains', heals };
  // The node did not get as far as Pullgate, or the other way round: the shorter way decides.
  if (said === 'way' && error !== '') return { side: 'way', relation: 'node-only', heals: 'once-fixed' };
  if (side === 'way') return { side: said, relation: 'kubelet-only', heals: afterFix(said) };
  if (said === 'node') return { side: said, relation: 'on-node', heals: afterFix(said) };
  return { side, relation: 'changed', heals };
}

/** An answer that is no registry's: a web page, a firewall, or an ingress. */
function isNoRegistry(finding: Finding): boolean {
  return finding.kind === 'registry-unreachable' && ['web-page', 'protocol'].includes(finding.answer.reason);
}

function relationOfPullable(said: Side): Relation {
  const relations: Readonly<Record<Side, Relation>> = {
    reference: 'healed',
    credentials: 'healed',
    image: 'healed',
    way: 'node-only',
    node: 'on-node',
    unknown: 'unexplained',
  };
  return relations[said];
}

function healsPullable(relation: Relation, passes: boolean): Heals {
  if (relation === 'healed') return 'next-retry';
  if (passes) return 'in-time';
  return relation === 'unexplained' ? 'unknown' : 'once-fixed';
}

/** Temporary findings pass; a wrong name needs another pod; everything else can be fixed without touching the pod. */
function healsFinding(finding: Finding, side: Side): Heals {
  const { kind } = finding;
  if (kind === 'rate-limited' || kind === 'registry-unreachable') return 'in-time';
  if (kind === 'invalid-image-name') return 'new-pod';
  // The API server gives a pod its pull secrets when it is created, so one that lists none gets none later.
  if (kind === 'access-denied' || kind === 'access-unknown') return namesSecret(finding) ? 'once-fixed' : 'new-pod';
  return afterFix(side);
}

function namesSecret({ attempts, unused }: Extract<Finding, { readonly attempts: unknown }>): boolean {
  return unused.length > 0 || attempts.some(({ source }) => source?.kind === 'secret');
}

function afterFix(side: Side): Heals {
  return side === 'unknown' ? 'unknown' : 'once-fixed';
}
