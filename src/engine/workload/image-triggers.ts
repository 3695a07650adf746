import { isObject, parseJson, textAt, type JsonObject } from '../../lib/json.ts';
import type { ImageUse } from './image-use.ts';

/** OpenShift writes an image to each field of the object that this annotation names. */
const annotation = 'image.openshift.io/triggers';

/**
 * Returns the uses of a pod template, with `filledLater` on each blank image that an image trigger of the object names.
 * `podSpecPath` is the field path of the pod spec, such as `spec.template.spec`. An annotation that is not a JSON array
 * is ignored. Mirrors ContainerForObjectFieldPath of openshift-controller-manager bfd3b98 pkg/image/trigger/annotations.
 */
export function withTriggers(
  uses: readonly ImageUse[],
  annotations: JsonObject,
  podSpecPath: string,
): readonly ImageUse[] {
  const filled = filledFields(textAt(annotations, annotation));
  if (filled.size === 0) return uses;
  return uses.map((use) =>
    use.image.trim() === '' && fieldsOf(use, podSpecPath).some((field) => filled.has(field))
      ? { ...use, filledLater: true as const }
      : use,
  );
}

function filledFields(triggers: string): ReadonlySet<string> {
  const parsed = triggers === '' ? undefined : parseJson(triggers);
  return new Set(Array.isArray(parsed) ? parsed.filter(isObject).map((trigger) => textAt(trigger, 'fieldPath')) : []);
}

/**
 * Returns the field paths that refer to a use. By name, OpenShift looks for a container in both `containers` and
 * `initContainers`.
 */
function fieldsOf({ kind, name, path }: ImageUse, podSpecPath: string): readonly string[] {
  if (kind !== 'container' && kind !== 'init') return [];
  return [
    path,
    `${podSpecPath}.containers[?(@.name=="${name}")].image`,
    `${podSpecPath}.initContainers[?(@.name=="${name}")].image`,
  ];
}
