import { reviewText } from '../support/admission-client.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';

/**
 * Returns the AdmissionReview of a Deployment with the fields that API servers add. With three containers, it has about
 * 6.5 KiB.
 */
export function reviewOf(images: readonly string[], name = 'web'): string {
  return reviewText(deploymentOf(images, name));
}

/** Returns a Deployment with the fields that API servers add. */
export function deploymentOf(images: readonly string[], name: string, namespace = 'team') {
  const env = Array.from({ length: 24 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-of-setting-${at}` }));
  const containers = images.map((image, at) => ({ name: `c${at}`, image, imagePullPolicy: 'IfNotPresent', env }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      labels: { app: name },
      managedFields: [{ manager: 'kubectl', fieldsV1: { note: 'x'.repeat(2000) } }],
    },
    spec: { replicas: 3, template: { metadata: { labels: { app: name } }, spec: { containers } } },
  };
}

/** Returns the tags `t0`, `t1` and so on. */
export function tagsUpTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `t${at}`);
}

/** A registry whose repository `team/app` has `tags`. */
export interface Registry extends AsyncDisposable {
  /** Returns the name of an image of it. */
  image(tag: string): string;
  /** How many requests it got. */
  readonly requests: number;
}

/** Starts a registry. `change` alters its behaviour. */
export async function startRegistry(tags: readonly string[], change: ServerScript = {}): Promise<Registry> {
  const image = smallImage();
  const all = Object.fromEntries(tags.map((tag) => [tag, 'manifest']));
  const repository = { ...image.repository, tags: all };
  const script = await startScript(publicRegistry(change, { ...image, repository }));
  return {
    image: (tag) => script.substitute(`{{registry}}/team/app:${tag}`),
    get requests() {
      return script.log.length;
    },
    [Symbol.asyncDispose]: () => script[Symbol.asyncDispose](),
  };
}

/** Returns `count` items of `list` in turn. */
export function repeated<T>(list: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, at) => list[at % list.length] as T);
}
