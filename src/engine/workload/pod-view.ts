import { joinPath, parseJsonPath, type JsonPath } from '../../lib/json-path.ts';
import type { UseKind } from './image-use.ts';

/** A field with containers. `[*]` at its end says that it is a list; otherwise it is one container. */
export interface ContainerField {
  readonly kind: UseKind;
  readonly path: JsonPath;
  /** The field with the values that a container has if it does not have its own. */
  readonly defaults?: JsonPath;
}

/**
 * One way in which an object describes pods. A kind that has its own words for what a pod spec says lists where the
 * parts are.
 */
export interface PodView {
  /** The path of the pod specs, or of the objects that have the containers. */
  readonly podSpec: JsonPath;
  /** The containers in the object at `podSpec`. Absent: those of a pod spec. */
  readonly containers?: readonly ContainerField[];
  /** Objects with the other fields of a pod spec, such as `imagePullSecrets`. The object at `podSpec` has priority. */
  readonly settings?: readonly JsonPath[];
  /** A text field of these objects. If it names an image, the controller may replace the images of the containers. */
  readonly patchedBy?: string;
  /** Whether the path may also be that of a pod template. Then its field `spec` is the pod spec. */
  readonly orTemplate?: true;
}

/** Returns views of pod templates. The empty path stands for an object that is shaped like a Pod. */
export function templates(...paths: readonly string[]): readonly PodView[] {
  return paths.map((path) => ({ podSpec: parseJsonPath(joinPath(path, 'spec')) }));
}

/** Returns a field with containers. */
export function containers(kind: UseKind, path: string, defaults?: string): ContainerField {
  const field = { kind, path: parseJsonPath(path) };
  return defaults === undefined ? field : { ...field, defaults: parseJsonPath(defaults) };
}
