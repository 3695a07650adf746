import { matchesAny } from '../engine/exemption.ts';
import { profiles, withActions, type Action, type Policy, type ProfileName } from '../engine/policy.ts';
import type { Config, TemplateMode } from './config.ts';

/** What holds in one namespace: for Pods, and for the templates that Pods are made from. */
export type NamespacePolicy =
  { readonly kind: 'off' } | { readonly kind: 'on'; readonly pods: Policy; readonly templates: Policy };

/** The policy of a namespace; `label` is the value of the label that may choose its profile, where it has one. */
export type NamespacePolicies = (namespace: string, label?: string) => NamespacePolicy;

/**
 * The first rule whose names match a namespace holds there. The label's profile, where the config allows it, stands
 * above the rule's, and that above the config's own; single actions stand above any profile, the rule's last.
 */
export function namespacePolicies(
  config: Pick<Config, 'profile' | 'actions' | 'templates' | 'namespaces' | 'namespaceLabel'>,
): NamespacePolicies {
  return (namespace, label) => {
    const rule = config.namespaces.find(({ names }) => matchesAny(names, namespace));
    const chosen = config.namespaceLabel.profiles.find((profile) => profile === label);
    const profile = chosen ?? rule?.profile ?? config.profile;
    if (profile === 'off') return { kind: 'off' };
    const pods = policyOf(profile, config.actions, rule?.actions);
    return { kind: 'on', pods, templates: templatesOf(pods, rule?.templates ?? config.templates) };
  };
}

function policyOf(profile: ProfileName, ...overrides: readonly (Partial<Policy> | undefined)[]): Policy {
  return overrides.reduce<Policy>((policy, actions = {}) => withActions(policy, actions), profiles[profile]);
}

function templatesOf(policy: Policy, mode: TemplateMode): Policy {
  return mode === 'warn' ? (Object.fromEntries(Object.entries(policy).map(softened)) as Policy) : policy;
}

function softened([kind, action]: [string, Action]): [string, Action] {
  return [kind, action === 'deny' ? 'warn' : action];
}
