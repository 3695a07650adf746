import type { MirrorEntry } from '../containers/registry-entry.ts';
import { mergeMirrorSets } from './mirror-sets.ts';
import { isInside } from './scopes.ts';
import type { MirrorSet } from './sources.ts';

/** One registry that is written to registries.conf. */
interface Draft {
  /** A host, a host with a path, or `*.DOMAIN`. */
  readonly scope: string;
  insecure: boolean;
  blocked: boolean;
  mirrors: MirrorEntry[];
}

export interface RegistryEdits {
  readonly digestMirrors: readonly MirrorSet[];
  readonly tagMirrors: readonly MirrorSet[];
  readonly insecure: readonly string[];
  readonly blocked: readonly string[];
}

/** `refused`: the Machine Config Operator fails, and the nodes keep what they have. */
export type EditedRegistries =
  | { readonly kind: 'registries'; readonly registries: readonly object[] }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Returns the `[[registry]]` tables of registries.conf, as they are before TOML. Mirrors EditRegistriesConfig of
 * openshift/runtime-utils 7bdb5b9 pkg/registries.
 */
export function editRegistries({ digestMirrors, tagMirrors, insecure, blocked }: RegistryEdits): EditedRegistries {
  const drafts = new Map<string, Draft>();
  const draftOf = (scope: string): Draft => {
    const draft = drafts.get(scope) ?? { scope, insecure: false, blocked: false, mirrors: [] };
    drafts.set(scope, draft);
    return draft;
  };
  const merged = [
    ...mergeMirrorSets(digestMirrors).map((set) => ({ ...set, pullFromMirror: 'digest-only' as const })),
    ...mergeMirrorSets(tagMirrors).map((set) => ({ ...set, pullFromMirror: 'tag-only' as const })),
  ];
  for (const { source, mirrors, neverContactSource, pullFromMirror } of merged) {
    const draft = draftOf(source);
    draft.blocked ||= neverContactSource;
    draft.mirrors.push(...mirrors.map((location) => ({ location, insecure: false, pullFromMirror })));
  }
  // Only the most precise entry counts for an image, so each entry gets the flags of the scopes that it is inside of.
  for (const scope of [...blocked, ...insecure]) draftOf(scope);
  for (const draft of drafts.values()) {
    draft.insecure = insecure.some((outer) => isInside(draft.scope, outer));
    draft.blocked ||= blocked.some((outer) => isInside(draft.scope, outer));
    draft.mirrors = draft.mirrors.map((mirror) => ({
      ...mirror,
      insecure: insecure.some((outer) => isInside(mirror.location, outer)),
    }));
  }
  for (const { source } of merged) {
    const outer = draftOf(source);
    for (const draft of drafts.values()) {
      const isNested = draft.scope !== source && isInside(draft.scope, source) && draft.mirrors.length === 0;
      if (!isNested) continue;
      if (source.startsWith('*.')) return refused(`${source} has mirrors, and ${draft.scope} inside it has none`);
      const rest = draft.scope.slice(source.length);
      draft.mirrors = outer.mirrors.map((mirror) => ({ ...mirror, location: mirror.location + rest }));
    }
  }
  return { kind: 'registries', registries: [...drafts.values()].map(tableOf) };
}

function refused(reason: string): EditedRegistries {
  return { kind: 'refused', reason };
}

function tableOf({ scope, insecure, blocked, mirrors }: Draft): object {
  return {
    ...(scope.startsWith('*.') ? { prefix: scope } : { location: scope }),
    insecure,
    blocked,
    mirror: mirrors.map(({ pullFromMirror, ...mirror }) => ({ ...mirror, 'pull-from-mirror': pullFromMirror })),
  };
}
