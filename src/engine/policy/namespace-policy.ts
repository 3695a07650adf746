import { matchesAnyGlob } from '../../lib/glob.ts';
import { profiles, withActions, type Policy, type ProfileName } from './policy.ts';

/** What holds in the namespaces whose names match one of the patterns. */
export interface NamespaceRule {
  readonly names: readonly string[];
  readonly profile?: ProfileName | 'off';
  readonly actions?: Partial<Policy>;
  /** `warn`: what would be denied in a template is warned of, and only Pods are denied. */
  readonly templates?: 'enforce' | 'warn';
}

/** All that decides what is done about findings in a namespace. */
export interface PolicyRules {
  readonly profile: ProfileName;
  readonly actions: Partial<Policy>;
  readonly templates: 'enforce' | 'warn';
  /** The first whose names match holds. */
  readonly namespaces: readonly NamespaceRule[];
  /** The label by which a namespace may choose its own profile, and what it may choose. */
  readonly namespaceLabel: { readonly name: string; readonly profiles: readonly (ProfileName | 'off')[] };
}

/** What is done about findings in one namespace; undefined: it is left alone. */
export interface NamespacePolicy {
  readonly policy: Policy;
  readonly templates: 'enforce' | 'warn';
}

/**
 * The policy of a namespace: its label where the rules allow what it says, else the first rule that names it, else the
 * common profile. Actions of the rule and the common ones replace cells of whichever profile that is.
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

/** The policy that an object of the namespace meets: `policyFor`, softened for a template where templates are only warned of. */
export function policyForWorkload(
  rules: PolicyRules,
  { namespace, template }: { readonly namespace: string; readonly template: boolean },
  labels: Readonly<Record<string, string>>,
): Policy | undefined {
  const here = policyFor(rules, namespace, labels);
  return here?.templates === 'warn' && template ? warnOnly(here.policy) : here?.policy;
}

/** `policy` for a template where templates are only warned of. */
export function warnOnly(policy: Policy): Policy {
  const denied = Object.entries(policy).filter(([, action]) => action === 'deny');
  return { ...policy, ...Object.fromEntries(denied.map(([kind]) => [kind, 'warn'])) };
}
