import { matchesAnyGlob } from '../../lib/glob.ts';
import { profiles, withActions, type Policy, type ProfileName } from './policy.ts';

/** The settings for namespaces whose names match one of the patterns. */
export interface NamespaceRule {
  readonly names: readonly string[];
  readonly profile?: ProfileName | 'off';
  readonly actions?: Partial<Policy>;
  /** `warn`: findings in templates only cause warnings, and only Pods are denied. */
  readonly templates?: 'enforce' | 'warn';
}

/** The settings that decide the policy of each namespace. */
export interface PolicyRules {
  readonly profile: ProfileName;
  readonly actions: Partial<Policy>;
  readonly templates: 'enforce' | 'warn';
  /** Only the first rule that matches is used. */
  readonly namespaces: readonly NamespaceRule[];
  /** The label by which a namespace may choose its profile, and the profiles that it may choose. */
  readonly namespaceLabel: { readonly name: string; readonly profiles: readonly (ProfileName | 'off')[] };
}

/** The policy in one namespace. */
export interface NamespacePolicy {
  readonly policy: Policy;
  readonly templates: 'enforce' | 'warn';
}

/**
 * Returns the policy of a namespace. The profile comes from the label if `rules` allow its value, else from the first
 * rule that matches the name, else from `rules.profile`. Then `rules.actions` and the actions of the rule replace
 * single actions of that profile. Undefined if the profile is `off`.
 */
export function policyFor(
  rules: PolicyRules,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): NamespacePolicy | undefined {
  const rule = rules.namespaces.find(({ names }) => matchesAnyGlob(names, namespace));
  const label = labels[rules.namespaceLabel.name];
  const chosen = rules.namespaceLabel.profiles.find((profile) => profile === label);
  const profile = chosen ?? rule?.profile ?? rules.profile;
  if (profile === 'off') return undefined;
  return {
    policy: withActions(withActions(profiles[profile], rules.actions), rule?.actions ?? {}),
    templates: rule?.templates ?? rules.templates,
  };
}

/** Returns the policy of the workload's namespace; for a template with `templates: warn`, the `warnOnly` form of it. */
export function policyForWorkload(
  rules: PolicyRules,
  { namespace, template }: { readonly namespace: string; readonly template: boolean },
  labels: Readonly<Record<string, string>>,
): Policy | undefined {
  const found = policyFor(rules, namespace, labels);
  return found?.templates === 'warn' && template ? warnOnly(found.policy) : found?.policy;
}

/** Returns `policy` with `warn` in place of every `deny`. */
export function warnOnly(policy: Policy): Policy {
  const denied = Object.entries(policy).filter(([, action]) => action === 'deny');
  return { ...policy, ...Object.fromEntries(denied.map(([kind]) => [kind, 'warn'])) };
}
