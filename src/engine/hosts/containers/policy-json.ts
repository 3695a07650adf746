import { parseJson } from '../../../lib/json.ts';
import { jsonItems } from '../../../lib/json-members.ts';
import { strictFields } from './json-fields.ts';
import { readRequirement, type PolicyDecision } from './policy-requirement.ts';
import { quoted } from './quoted.ts';
import { nameText } from './reference.ts';
import type { ImageReference } from '../../image/image-reference.ts';

/** A policy.json: what is decided for the images of registries, by scope, and for all others. */
export interface SignaturePolicy {
  readonly otherwise: PolicyDecision;
  /** The scopes of the transport `docker`: an image, a beginning of its name, `*.DOMAIN`, or '' for every image. */
  readonly scopes: ReadonlyMap<string, PolicyDecision>;
}

/** A policy, or why the library refuses the file. Every pull then fails, as it does without a policy.json. */
export type ReadPolicy =
  { readonly kind: 'policy'; readonly policy: SignaturePolicy } | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Reads the text of a policy.json. Never throws. The scopes of other transports than `docker` are not validated. Mirrors
 * NewPolicyFromBytes of containers/image v5.35.0 signature/policy_config.go.
 */
export function readPolicyJson(text: string): ReadPolicy {
  if (parseJson(text) === undefined) return invalid('the file is not JSON');
  const fields = strictFields(text, (name) => name === 'default' || name === 'transports');
  if (fields === undefined) return invalid('it must be an object with default and transports only, each at most once');
  const written = fields.get('default');
  if (written === undefined) return invalid('default is missing');
  const otherwise = readRequirements(written);
  if (otherwise === undefined) return invalid('default is not a list of valid requirements');
  const transports = strictFields(fields.get('transports') ?? '{}');
  if (transports === undefined) return invalid('transports is not an object, or names a transport twice');
  let scopes: ReadonlyMap<string, PolicyDecision> = new Map();
  for (const [transport, value] of transports) {
    const read = readScopes(value);
    if (typeof read === 'string') return invalid(`in the transport ${quoted(transport)}, ${read}`);
    if (transport === 'docker') scopes = read;
  }
  return { kind: 'policy', policy: { otherwise, scopes } };
}

function invalid(reason: string): ReadPolicy {
  return { kind: 'invalid', reason };
}

function readScopes(text: string): ReadonlyMap<string, PolicyDecision> | string {
  const fields = strictFields(text);
  if (fields === undefined) return 'there is no object, or a scope is there twice';
  const scopes = new Map<string, PolicyDecision>();
  for (const [scope, value] of fields) {
    const decision = readRequirements(value);
    if (decision === undefined) return `the scope ${quoted(scope)} is not a list of valid requirements`;
    scopes.set(scope, decision);
  }
  return scopes;
}

/** An image must meet all requirements of a list. Undefined if the list is empty or not valid. */
function readRequirements(text: string): PolicyDecision | undefined {
  if (!text.startsWith('[')) return undefined;
  const decisions = jsonItems(text).map(readRequirement);
  if (decisions.length === 0 || decisions.includes(undefined)) return undefined;
  return (['reject', 'signature'] as const).find((decision) => decisions.includes(decision)) ?? 'accept';
}

/**
 * Returns what a policy says about an image that has either a tag or a digest. The image is the one that was asked for, not
 * the name at a mirror. The most specific scope decides. Mirrors requirementsForImageRef of containers/image v5.35.0
 * signature/policy_eval.go, and docker/policyconfiguration.
 */
export function policyDecision({ otherwise, scopes }: SignaturePolicy, reference: ImageReference): PolicyDecision {
  const scope = scopesOf(reference).find((name) => scopes.has(name));
  return (scope === undefined ? undefined : scopes.get(scope)) ?? otherwise;
}

/** The scopes that an image is in, from the most specific to the least. */
function scopesOf(reference: ImageReference): readonly string[] {
  const { registry, repository } = reference;
  const parts = repository.split('/');
  const names = parts.map((_, at) => [registry, ...parts.slice(0, parts.length - at)].join('/'));
  const labels = registry.replace(/:.*$/, '').split('.');
  const domains = labels.slice(1).map((_, at) => `*.${labels.slice(at + 1).join('.')}`);
  return [nameText(reference), ...names, registry, ...domains, ''];
}
