import { placesAt } from '../../lib/json-path.ts';
import { isObject, jsonText, member, stringOf, type JsonObject } from '../../lib/json.ts';
import { memoized } from '../../lib/memoized.ts';
import type { CustomKind } from './kind-row.ts';
import type { PodView } from './pod-view.ts';

/** The fields of a pod spec that decide with which credentials, and on which nodes, the images are pulled. */
const names = [
  'imagePullSecrets',
  'serviceAccountName',
  'serviceAccount',
  'nodeSelector',
  'nodeName',
  'affinity',
  'tolerations',
  'runtimeClassName',
] as const;

export interface PodSettings {
  /** The settings that are known. Those with a placeholder are undefined. */
  readonly podSpec: JsonObject;
  /** Whether the controller may replace the images by a patch. */
  readonly patched: boolean;
}

/**
 * Returns the function that reads the settings of one pod that a view describes. What the pods share is read once,
 * because thousands of them may share it. A pod has priority over what it shares, and among that, the first.
 */
export function settingsReader(
  { settings = [], patchedBy }: PodView,
  object: unknown,
  { placeholders }: CustomKind,
): (written: JsonObject) => PodSettings {
  const shared = settings
    .flatMap((path) => [...placesAt(object, path)])
    .map(({ value }) => read(value))
    .toReversed();
  const common: JsonObject = Object.assign({}, ...shared.map(({ podSpec }) => podSpec));
  const allPatched = shared.some(({ patched }) => patched);

  function read(value: unknown): PodSettings {
    const own = names.flatMap((name) => {
      const setting = member(value, name);
      return isEmpty(setting) ? [] : [[name, isMarked(setting) ? undefined : setting] as const];
    });
    const patched = patchedBy !== undefined && /image/i.test(stringOf(member(value, patchedBy)));
    return { podSpec: Object.fromEntries(own), patched };
  }

  function isMarked(setting: unknown): boolean {
    const text = typeof setting === 'string' ? setting : jsonText(setting);
    return text === undefined || placeholders.some((mark) => text.includes(mark));
  }

  return (written) => {
    const { podSpec, patched } = read(written);
    return { podSpec: { ...common, ...podSpec }, patched: patched || allPatched };
  };
}

/** As in Argo, an empty list or object counts as none. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/**
 * Returns a function from a pod spec to a short text that is equal for equal settings. Settings that are nested too deep
 * to compare count as equal to nothing. Takes linear time, although thousands of pods may share one large setting.
 */
export function settingsKey(): (podSpec: JsonObject) => string {
  let next = 0;
  const ofText = memoized<string, number>(() => next++);
  const ofObject = memoized((value: object) => {
    const text = jsonText(value);
    return text === undefined ? next++ : ofText(text);
  }, new WeakMap<object, number>());
  return (podSpec) =>
    names
      .map((name) => podSpec[name])
      .map((value) => (isObject(value) || Array.isArray(value) ? ofObject(value) : ofText(String(value))))
      .join();
}
