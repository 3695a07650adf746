import type { PolicyDecision } from '../containers/policy-requirement.ts';
import type { SignaturePolicy } from '../containers/policy-json.ts';
import { quoted } from '../containers/quoted.ts';
import { parseCanonicalName } from '../containers/reference.ts';
import { readRegistriesConf, type RegistriesConf } from '../containers/registries-conf.ts';
import { repositoryName } from '../../image/image-reference.ts';
import { blockedAndAllowed, type BlockedAndAllowed } from './blocked-and-allowed.ts';
import { editRegistries } from './edit-registries.ts';
import { mirrorFault } from './mirror-fault.ts';
import { isScope } from './scopes.ts';
import type { OpenShiftSources } from './sources.ts';

/**
 * The registries.conf and the policy.json of OpenShift's nodes. `refused`: the Machine Config Operator or CRI-O refuses
 * the settings, so the nodes go on with the ones that they had before, which are not known.
 */
export type NodeFiles =
  | { readonly kind: 'files'; readonly registries: RegistriesConf; readonly policy: SignaturePolicy }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the operator writes to registries.conf if nothing else is said. */
const defaultSearch = ['registry.access.redhat.com', 'docker.io'];

/**
 * Returns the files that the Machine Config Operator writes. ClusterImagePolicy and ImagePolicy are not looked at: they
 * only add images that must be signed. Mirrors syncImageConfig, registriesConfigIgnition, updateRegistriesConfig and
 * updatePolicyJSON of openshift/machine-config-operator 7ff337a pkg/controller/container-runtime-config.
 */
export function nodeFiles(sources: OpenShiftSources): NodeFiles {
  const { digestMirrors, tagMirrors, registrySources } = sources;
  const { insecure, search } = registrySources;
  const lists = blockedAndAllowed(sources);
  if (lists === undefined) return refused('the release image of the cluster is not a complete name');
  const scopes = [...insecure, ...lists.blocked, ...lists.rejected, ...lists.allowed];
  const invalid = scopes.find((scope) => !isScope(scope));
  if (invalid !== undefined) return refused(`${quoted(invalid)} is not a registry`);
  const fault = mirrorFault([...digestMirrors, ...tagMirrors]);
  if (fault !== undefined) return refused(fault);
  const edited = editRegistries({ digestMirrors, tagMirrors, insecure, blocked: lists.blocked });
  if (edited.kind === 'refused') return edited;
  const policy = policyOf(lists, sources.releaseImage);
  if (policy === undefined) return refused('only one of allowedRegistries and blockedRegistries may be set');
  const main = { 'unqualified-search-registries': defaultSearch, registry: edited.registries };
  const dropIns = search === undefined ? [] : [{ file: '', toml: { 'unqualified-search-registries': search } }];
  const read = readRegistriesConf({ file: '', toml: main }, dropIns);
  return read.kind === 'invalid' ? refused(read.reason) : { kind: 'files', registries: read.conf, policy };
}

function refused(reason: string): NodeFiles {
  return { kind: 'refused', reason };
}

/** The policy.json; undefined if registries are both allowed and blocked. */
function policyOf({ rejected, allowed }: BlockedAndAllowed, releaseImage: string): SignaturePolicy | undefined {
  const release = parseCanonicalName(releaseImage);
  const isOnlyPayload = allowed.length === 1 && release !== undefined && allowed[0] === repositoryName(release);
  if (rejected.length > 0 && allowed.length > 0 && !isOnlyPayload) return undefined;
  const scopes = new Map<string, PolicyDecision>();
  for (const scope of allowed) scopes.set(scope, 'accept');
  for (const scope of rejected) scopes.set(scope, 'reject');
  return { otherwise: allowed.length > 0 && rejected.length === 0 ? 'reject' : 'accept', scopes };
}
