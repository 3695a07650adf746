import type { NodeFacts } from '../engine/nodes/node.ts';
import { objectAt, objectsAt, textAt, textsAt } from '../lib/json.ts';

/** The kubelet reports its 50 largest images (`nodeStatusMaxImages`) … */
const imageCap = 50;
/** … and of each image five names at most. */
const nameCap = 5;
/** ms: a kubelet with nothing new to say reports every 5 minutes (`nodeStatusReportFrequency`). */
const heartbeatMs = 6 * 60_000;

/**
 * What of a Node of the API is kept. `share` answers the copy of a text that is held already: 5,000 nodes hold the
 * same few thousand image names. `now` in ms since 1970.
 */
export function nodeFacts(node: unknown, now: number, share: (text: string) => string): NodeFacts {
  const metadata = objectAt(node, 'metadata');
  const status = objectAt(node, 'status');
  const info = objectAt(status, 'nodeInfo');
  const images = objectsAt(status, 'images').map((image) => namesOf(image['names']));
  const labels = Object.entries(textsAt(metadata, 'labels')).map(([key, value]) => [share(key), share(value)] as const);
  return {
    name: textAt(metadata, 'name'),
    labels: Object.fromEntries(labels),
    platform: { os: share(textAt(info, 'operatingSystem')), architecture: share(textAt(info, 'architecture')) },
    images: new Set(images.flat().map(share)),
    imagesComplete: isComplete(images) && isFresh(status, now),
    runtime: share(textAt(info, 'containerRuntimeVersion').split(':', 1)[0] ?? ''),
    kubeletVersion: share(textAt(info, 'kubeletVersion')),
  };
}

function namesOf(names: unknown): readonly string[] {
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** An empty list is a kubelet that has not reported yet, or was told to report none. */
function isComplete(images: readonly (readonly string[])[]): boolean {
  return images.length > 0 && images.length < imageCap && images.every((names) => names.length < nameCap);
}

function isFresh(status: unknown, now: number): boolean {
  const ready = objectsAt(status, 'conditions').find((condition) => condition['type'] === 'Ready');
  if (ready === undefined || ready['status'] !== 'True') return false;
  // NaN, where the kubelet never reported, is no recent time either.
  return now - Date.parse(textAt(ready, 'lastHeartbeatTime')) <= heartbeatMs;
}
