import { objectAt, textAt, textsAt } from '../lib/json.ts';

/** An annotation by which a controller copies a Secret into other namespaces, under the same name. */
interface CopyAnnotation {
  /** Who copies. */
  readonly kind: string;
  /** Holds the namespaces. */
  readonly annotation: string;
  /** Whether its value names the namespace. */
  readonly covers: (value: string, namespace: string) => boolean;
  /** Another annotation that must be `true`. */
  readonly onlyIf?: string;
}

/**
 * Reflector v10.0.63, config-syncer (kubed) v0.12.0 and kubernetes-replicator v2.12.4. A label selector over namespaces
 * cannot be evaluated here, and is taken to cover each of them.
 */
const copyAnnotations: readonly CopyAnnotation[] = [
  {
    kind: 'Reflector',
    annotation: 'reflector.v1.k8s.emberstack.com/reflection-auto-namespaces',
    onlyIf: 'reflector.v1.k8s.emberstack.com/reflection-auto-enabled',
    covers: (value, namespace) => value === '' || listCovers(value, namespace),
  },
  { kind: 'config-syncer', annotation: 'kubed.appscode.com/sync', covers: () => true },
  { kind: 'kubernetes-replicator', annotation: 'replicator.v1.mittwald.de/replicate-to', covers: listCovers },
  { kind: 'kubernetes-replicator', annotation: 'replicator.v1.mittwald.de/replicate-to-matching', covers: () => true },
];

/** Who will copy a Secret of this name into a namespace, judged by the annotations of Secrets; undefined: nobody. */
export function copierOf(objects: readonly unknown[], namespace: string, secret: string): string | undefined {
  const sources = objects
    .filter((object) => textAt(object, 'kind') === 'Secret')
    .map((object) => objectAt(object, 'metadata'))
    .filter((metadata) => textAt(metadata, 'name') === secret);
  for (const metadata of sources) {
    const annotations = textsAt(metadata, 'annotations');
    const copy = copyAnnotations.find(({ annotation, onlyIf, covers }) => {
      if (onlyIf !== undefined && annotations[onlyIf] !== 'true') return false;
      const value = annotations[annotation] ?? (onlyIf === undefined ? undefined : '');
      return value !== undefined && covers(value, namespace);
    });
    if (copy !== undefined) return copy.kind;
  }
  return undefined;
}

/** Whether a comma-separated list of names or regular expressions has one that matches the whole namespace. */
function listCovers(list: string, namespace: string): boolean {
  return list.split(',').some((entry) => {
    const pattern = entry.trim();
    if (pattern === namespace) return true;
    // Only the common form: an expression of a stranger may take for ever to match.
    return /^[a-z0-9-]*\.\*$/.test(pattern) && namespace.startsWith(pattern.slice(0, -2));
  });
}
