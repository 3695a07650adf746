import { arrayOf, descend, objectsAt, textAt } from '../lib/json.ts';
import { memoized } from '../lib/memoized.ts';
import type { KubeApi } from './kube-api.ts';
import { rootOf } from './kube.ts';

/** The names of a kind in the API. `group` is empty for the core group. */
export interface KindNames {
  readonly group: string;
  readonly resource: string;
}

/** Where a kind is served: the path of its collection in one namespace, or in all of them. */
export interface ServedKind<K extends KindNames> {
  readonly kind: K;
  /** `/apis/apps/v1`, or `/api/v1` for the core group. */
  readonly root: string;
}

/**
 * Returns the kinds that the API server serves and can list, each with the version that it prefers. A kind whose API is
 * not installed is left out. If discovery fails for a group, its kinds are assumed in `v1`: their list then says what is
 * wrong. Throws only if `signal` aborts.
 */
export async function servedKinds<K extends KindNames>(
  api: Pick<KubeApi, 'get'>,
  kinds: readonly K[],
  signal: AbortSignal,
): Promise<readonly ServedKind<K>[]> {
  const groups = await versionsOf(api, signal);
  const resourcesOf = memoized((root: string) => listedResources(api, root, signal));
  const served = kinds.map(async (kind) => {
    const versions = kind.group === '' ? ['v1'] : groups === undefined ? [`${kind.group}/v1`] : groups.get(kind.group);
    for (const version of versions ?? []) {
      const root = rootOf(version);
      const resources = await resourcesOf(root);
      if (resources?.has(kind.resource) ?? true) return [{ kind, root }];
    }
    return [];
  });
  return (await Promise.all(served)).flat();
}

/** The versions of each API group, the preferred one first; undefined if the groups cannot be read. */
async function versionsOf(
  api: Pick<KubeApi, 'get'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const lookup = await api.get('/apis', signal);
  if (lookup.kind !== 'found') return undefined;
  return new Map(
    objectsAt(lookup.value, 'groups').map((group) => {
      const preferred = textAt(descend(group, ['preferredVersion']), 'groupVersion');
      const all = objectsAt(group, 'versions').map((version) => textAt(version, 'groupVersion'));
      return [textAt(group, 'name'), [...new Set([preferred, ...all])].filter((version) => version !== '')] as const;
    }),
  );
}

/** The plural names that can be listed in a version of a group; undefined if that cannot be read. */
async function listedResources(
  api: Pick<KubeApi, 'get'>,
  root: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const lookup = await api.get(root, signal);
  if (lookup.kind !== 'found') return undefined;
  const listed = objectsAt(lookup.value, 'resources').filter(({ verbs }) => arrayOf(verbs).includes('list'));
  return new Set(listed.map((resource) => textAt(resource, 'name')));
}
