import { placesAt, type Place } from '../../lib/json-path.ts';
import { isObject, member, objectOf, type JsonObject } from '../../lib/json.ts';
import { parseImageReference } from '../image/image-reference.ts';
import { limits } from '../limits.ts';
import { containerUses } from './container-fields.ts';
import type { ImageUse } from './image-use.ts';
import { imageUses } from './image-uses.ts';
import type { CustomKind, WorkloadKind } from './kind-row.ts';
import { settingsReader, type PodSettings } from './pod-settings.ts';

/** A pod that an object describes. */
export interface DescribedPod {
  /** Field path of the pod spec, or of the object that has the containers. */
  readonly path: string;
  /** The pod spec. In a custom kind, only what is known of the fields that `settingsReader` reads. */
  readonly podSpec: JsonObject;
  readonly uses: readonly ImageUse[];
}

/** The pods in an object, and whether there are more images than `limits.images`, or more pods than that. */
export interface DescribedPods {
  readonly pods: readonly DescribedPod[];
  readonly more: boolean;
}

/** How many items and members the wildcards of one object may stand for. A real object has some hundred. */
const mostSteps = 20_000;

/** Returns the pods that an object describes, with at most `limits.images` uses. Never throws. */
export function describedPods({ views, custom }: WorkloadKind, object: unknown): DescribedPods {
  const pods: DescribedPod[] = [];
  const budget = { left: mostSteps };
  let left: number = limits.images;
  for (const view of views) {
    const settingsOf = custom === undefined ? undefined : settingsReader(view, object, custom);
    for (const place of placesAt(object, view.podSpec, budget)) {
      if (pods.length >= limits.images) return { pods, more: true };
      const { path, value } = view.orTemplate === true ? podSpecOf(place) : place;
      const written = objectOf(value);
      const found =
        view.containers === undefined
          ? imageUses(written, path, left + 1)
          : containerUses(view.containers, written, path, left + 1, budget);
      const uses = found.slice(0, left);
      left -= uses.length;
      pods.push(
        custom === undefined || settingsOf === undefined
          ? { path, podSpec: written, uses }
          : { path, ...knownOf(uses, settingsOf(written), custom) },
      );
      if (found.length > uses.length) return { pods, more: true };
    }
  }
  if (budget.left > 0) return { pods, more: false };
  // Without a pod there would be no workload to say that something was left out.
  return { pods: pods.length > 0 ? pods : [{ path: '', podSpec: {}, uses: [] }], more: true };
}

function knownOf(
  uses: readonly ImageUse[],
  { podSpec, patched }: PodSettings,
  custom: CustomKind,
): Pick<DescribedPod, 'podSpec' | 'uses'> {
  return { podSpec, uses: uses.map((use) => (patched || isFilledLater(use, custom) ? later(use) : use)) };
}

/** The pod spec of a pod template, or `place` itself if that is a pod spec. */
function podSpecOf(place: Place): Place {
  const spec = member(place.value, 'spec');
  return isObject(spec) ? { path: `${place.path}.spec`, value: spec } : place;
}

/**
 * A controller may also fill in an image that is absent: the CRDs of custom kinds do not require one. In an object of an
 * unknown kind, a text that is no image reference may be a pattern.
 */
function isFilledLater({ image, notString }: ImageUse, { placeholders, byShape }: CustomKind): boolean {
  if (image.trim() === '' && (notString === undefined || notString === 'null')) return true;
  return (
    placeholders.some((mark) => image.includes(mark)) ||
    (byShape === true && parseImageReference(image).kind === 'invalid')
  );
}

function later(use: ImageUse): ImageUse {
  return { ...use, filledLater: true };
}
