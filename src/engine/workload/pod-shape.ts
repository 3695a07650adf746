import { joinPath, parseJsonPath } from '../../lib/json-path.ts';
import { arrayOf, isObject, textAt } from '../../lib/json.ts';
import { anyPlaceholder, type WorkloadKind } from './kind-row.ts';

/** How deep a pod spec may be, and how many different paths are looked at. No kind that is in use comes near. */
const most = { depth: 32, paths: 100 };

/** Top-level fields that are not searched: annotations may have any content, and a status describes the past. */
const skipped: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/**
 * Returns a row for an object of an unknown kind: its views are the paths of everything that has the shape of a pod
 * spec, with `[*]` in place of an index. Undefined if there is none. The shape is an object with a list of containers,
 * of which one has a name and an image.
 */
export function kindByShape(group: string, kind: string, object: unknown): WorkloadKind | undefined {
  const paths = new Set<string>();
  for (const [name, value] of isObject(object) ? Object.entries(object) : []) {
    if (!skipped.has(name)) collect(value, name, 1, paths);
  }
  if (paths.size === 0) return undefined;
  return {
    group,
    kind,
    resource: '',
    views: [...paths].map((path) => ({ podSpec: parseJsonPath(path) })),
    editable: 'nothing',
    custom: { placeholders: anyPlaceholder, settingsElsewhere: true, byShape: true },
  };
}

function collect(value: unknown, path: string, depth: number, paths: Set<string>): void {
  if (depth > most.depth || paths.size >= most.paths) return;
  if (Array.isArray(value)) {
    for (const item of arrayOf(value)) collect(item, `${path}[*]`, depth + 1, paths);
  } else if (isObject(value)) {
    if (hasContainers(value['containers']) || hasContainers(value['initContainers'])) paths.add(path);
    for (const [name, below] of Object.entries(value)) {
      // A path cannot name such a key.
      if (!/[.[\]*]/.test(name)) collect(below, joinPath(path, name), depth + 1, paths);
    }
  }
}

function hasContainers(value: unknown): boolean {
  return arrayOf(value).some((item) => textAt(item, 'name') !== '' && textAt(item, 'image') !== '');
}
