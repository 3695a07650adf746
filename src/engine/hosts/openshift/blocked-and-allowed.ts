import { parseCanonicalName } from '../containers/reference.ts';
import { pullSources } from '../containers/pull-sources.ts';
import { readRegistriesConf } from '../containers/registries-conf.ts';
import { repositoryName, type ImageReference } from '../../image/image-reference.ts';
import { editRegistries } from './edit-registries.ts';
import { isInside } from './scopes.ts';
import type { OpenShiftSources } from './sources.ts';

/** The registries that are blocked in registries.conf, rejected in policy.json, and allowed in policy.json. */
export interface BlockedAndAllowed {
  readonly blocked: readonly string[];
  readonly rejected: readonly string[];
  readonly allowed: readonly string[];
}

/**
 * Returns which registries are blocked and allowed. The registry of the release image stays usable: it is blocked only if
 * it has a mirror that is not, and is then allowed by name. Undefined if the release image is not a complete name. Mirrors
 * getValidBlockedAndAllowedRegistries of openshift/machine-config-operator 7ff337a.
 */
export function blockedAndAllowed(sources: OpenShiftSources): BlockedAndAllowed | undefined {
  const release = parseCanonicalName(sources.releaseImage);
  if (release === undefined) return undefined;
  const payload = repositoryName(release);
  const blocked: string[] = [];
  const rejected: string[] = [];
  const allowed: string[] = [];
  for (const scope of sources.registrySources.blocked) {
    const isPayload = isInside(payload, scope);
    const hasMirror = isPayload ? hasUsableMirror(release, sources) : true;
    // If the mirrors cannot be evaluated, the operator goes on without any of these lists.
    if (hasMirror === undefined) return { blocked: [], rejected: [], allowed: [] };
    if (!hasMirror) continue;
    blocked.push(scope);
    if (scope !== payload) rejected.push(scope);
    if (isPayload) allowed.push(payload);
  }
  return { blocked, rejected, allowed: [...allowed, ...sources.registrySources.allowed] };
}

/** Returns whether the release image can be pulled from anywhere. Mirrors payloadRepoHasUnblockedMirror. */
function hasUsableMirror(
  release: ImageReference,
  { digestMirrors, registrySources }: OpenShiftSources,
): boolean | undefined {
  const { blocked, insecure } = registrySources;
  const edited = editRegistries({ digestMirrors, tagMirrors: [], insecure, blocked });
  if (edited.kind === 'refused') return undefined;
  const read = readRegistriesConf({ file: '', toml: { registry: edited.registries } }, []);
  if (read.kind === 'invalid') return undefined;
  const found = pullSources(read.conf, release);
  if (found.kind === 'unusable') return undefined;
  return found.sources.some(({ reference }) => blocked.every((scope) => !isInside(repositoryName(reference), scope)));
}
