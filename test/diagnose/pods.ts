import type { JsonObject } from '../../src/lib/json.ts';

export const image = 'registry.example.com/team/app:v1';
/** 2026-03-01T12:00:00Z, in ms since 1970. */
export const noon = Date.UTC(2026, 2, 1, 12);

/** A Pod as the kubelet leaves it, with one container that waits. */
export function waitingPod(reason: string, message = '', more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', uid: 'u-1' },
    spec: { nodeName: 'node1', containers: [{ name: 'app', image }], ...more },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'app', image, state: { waiting: { reason, ...(message !== '' && { message }) } } }],
    },
  };
}

/** An Event of `v1` about a container of that pod, `seconds` before noon. */
export function event(reason: string, message: string, seconds: number, count = 1, container = 'app'): JsonObject {
  const time = new Date(noon - seconds * 1000).toISOString().replace('.000', '');
  return {
    involvedObject: {
      kind: 'Pod',
      uid: 'u-1',
      ...(container !== '' && { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message,
    count,
    firstTimestamp: time,
    lastTimestamp: time,
  };
}

/** The Events of `count` failed pulls, as the kubelet writes them. */
export function failedPulls(count: number, error: string, seconds: number): readonly JsonObject[] {
  return [
    event('Pulling', `Pulling image "${image}"`, seconds, count),
    event('Failed', `Failed to pull image "${image}": ${error}`, seconds, count),
    event('Failed', 'Error: ErrImagePull', seconds, count),
    event('BackOff', `Back-off pulling image "${image}"`, seconds - 5, 3 * count),
  ];
}
