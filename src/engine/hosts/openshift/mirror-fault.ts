import { isHostAndPort } from '../../image/image-host.ts';
import { isRepositoryPath } from '../../image/image-reference.ts';
import { quoted } from '../containers/quoted.ts';
import type { MirrorSet } from './sources.ts';

/**
 * Returns why the Machine Config Operator refuses mirror sets. Undefined if it accepts them. Mirrors
 * validateRegistriesConfScopes of openshift/machine-config-operator 7ff337a.
 */
export function mirrorFault(sets: readonly MirrorSet[]): string | undefined {
  const policies = new Map<string, boolean>();
  for (const { source, mirrors, neverContactSource } of sets) {
    if (!isName(source) && !isWildcard(source)) return `the source ${quoted(source)} is not a registry or repository`;
    if ((policies.get(source) ?? neverContactSource) !== neverContactSource) {
      return `the mirror sets of ${quoted(source)} have different mirrorSourcePolicies`;
    }
    policies.set(source, neverContactSource);
    const invalid = mirrors.find((mirror) => !isName(mirror));
    if (invalid !== undefined) return `the mirror ${quoted(invalid)} is not a registry or repository`;
    if (neverContactSource && mirrors.includes(source)) return `${quoted(source)} must not be its own mirror`;
  }
  return undefined;
}

/** A host, with or without a repository. */
function isName(text: string): boolean {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  return !host.startsWith('[') && isHostAndPort(host) && (slash < 0 || isRepositoryPath(text.slice(slash + 1)));
}

function isWildcard(text: string): boolean {
  return text.startsWith('*.') && !text.includes(':') && isName(text.slice(2)) && !text.includes('/');
}
