import { isObject, parseJson } from '../lib/json.ts';

/** What a webhook is called for: RuleWithOperations of admissionregistration.k8s.io/v1. */
export interface WebhookRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}

/** The result of `readRules`. A problem is one line that names the place. */
export type ReadRules =
  | { readonly kind: 'rules'; readonly rules: readonly WebhookRule[] }
  | { readonly kind: 'invalid'; readonly problem: string };

const lists = ['apiGroups', 'apiVersions', 'operations', 'resources'] as const;

/** In characters. The shipped rules have 700. */
const textLimit = 16_384;

/** What the elements of each list may be, and why. A rule that covers too much would stop a cluster if no replica answers. */
const limits: Readonly<Record<(typeof lists)[number], { readonly allowed: RegExp; readonly why: string }>> = {
  apiGroups: { allowed: /^[-a-z0-9.]*$/, why: 'is not the name of a group' },
  apiVersions: { allowed: /^(\*|[-a-z0-9]+)$/, why: 'is not a version' },
  operations: { allowed: /^(CREATE|UPDATE)$/, why: 'is not CREATE or UPDATE, and Pullgate reviews nothing else' },
  resources: { allowed: /^[-a-z0-9]+(\/[-a-z0-9]+)?$/, why: 'is not the name of a resource' },
};

/**
 * Reads rules from a JSON list. Rules that the API server would not store are invalid, and so are those that cover more
 * than named resources.
 */
export function readRules(text: string): ReadRules {
  if (text.length > textLimit) return { kind: 'invalid', problem: `it is longer than ${textLimit} characters` };
  const value = parseJson(text);
  if (!Array.isArray(value)) return { kind: 'invalid', problem: 'it is not a JSON list' };
  if (value.length === 0) return { kind: 'invalid', problem: 'it has no rule' };
  for (const [index, rule] of value.entries()) {
    const problem = problemOf(rule);
    if (problem !== undefined) return { kind: 'invalid', problem: `[${index}]${problem}` };
  }
  return { kind: 'rules', rules: value.map((rule) => withScope(rule as WebhookRule)) };
}

/** Whether two lists of rules mean the same. The API server stores the scope `*` if a rule has none. */
export function sameRules(one: readonly object[], other: readonly WebhookRule[]): boolean {
  return formOf(one) === formOf(other);
}

function formOf(rules: readonly object[]): string {
  return JSON.stringify(
    rules.map((rule) => {
      const all = withScope(rule as WebhookRule);
      return [...lists.map((list) => all[list]), all.scope];
    }),
  );
}

function withScope(rule: Omit<WebhookRule, 'scope'> & { readonly scope?: string }): WebhookRule {
  return { ...rule, scope: rule.scope ?? '*' };
}

function problemOf(rule: unknown): string | undefined {
  if (!isObject(rule)) return ': not an object';
  const known: readonly string[] = [...lists, 'scope'];
  const unknown = Object.keys(rule).find((key) => !known.includes(key));
  if (unknown !== undefined) return `: unknown key ${JSON.stringify(unknown)}`;
  for (const list of lists) {
    const values = rule[list];
    if (!Array.isArray(values) || values.length === 0) return `.${list}: not a list with an element`;
    const { allowed, why } = limits[list];
    const wrong: unknown = values.find((value) => typeof value !== 'string' || !allowed.test(value));
    if (wrong !== undefined) return `.${list}: ${JSON.stringify(wrong)} ${why}`;
    if (values.includes('*') && values.length > 1) return `.${list}: "*" must be the only element`;
  }
  const { scope = '*' } = rule;
  const scopes: readonly unknown[] = ['Namespaced', 'Cluster', '*'];
  return scopes.includes(scope) ? undefined : `.scope: ${JSON.stringify(scope)} is not Namespaced, Cluster or *`;
}
