import type { GetWorkload } from '../cluster/workloads.ts';
import type { Pods } from '../cluster/pods.ts';
import { workloadOfPod } from '../diagnose/diagnose.ts';
import { ownersOf, selectorOf, type Owners, type ReadOwner } from '../diagnose/owners.ts';
import { readPodEvent, type PodEvent } from '../diagnose/pull-events.ts';
import { mayWait, troublesOf, type Trouble } from '../diagnose/trouble.ts';
import type { Lookup } from '../engine/ports.ts';
import { descend, objectAt, objectsAt, textAt, type JsonObject } from '../lib/json.ts';
import type { DiagnoseTarget } from './diagnose-target.ts';
import { unreadNote, type FailedLookup, type Unread } from './unread.ts';

/** Pods that are kept in memory and diagnosed. */
const maxPods = 1_000;

/** A container in trouble, before the registry is asked. */
export interface FoundTrouble {
  readonly pod: JsonObject;
  readonly trouble: Trouble;
  readonly events: readonly PodEvent[];
  readonly owners: Owners;
  readonly alike: string[];
}

export interface Found {
  readonly troubles: readonly FoundTrouble[];
  /** Pods that were looked at. */
  readonly pods: number;
  /** What could not be read, one line each. */
  readonly notes: readonly string[];
  /** False if pods are missing from the result. */
  readonly complete: boolean;
}

export interface FindOptions {
  readonly pods: Pods;
  readonly workload: GetWorkload;
  /** Undefined: all pods of the namespace. */
  readonly target: DiagnoseTarget | undefined;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** ms since 1970. */
  readonly now: () => number;
}

/**
 * Returns the containers that wait for an image. Pods of the same workload with the same trouble count as one. Throws an
 * Error with one line if the target does not exist or nothing can be read.
 */
export async function findTroubles(options: FindOptions, signal: AbortSignal): Promise<Found> {
  const gaps: Gaps = { notes: new Set(), complete: true };
  const readOwner = remembered(options.workload);
  const { waiting, pods } = await waitingPods(options, gaps, signal);
  const troubles = new Map<string, FoundTrouble>();
  for (const pod of waiting) {
    const owners = await ownersOf(pod, readOwner, signal);
    if (!(await belongs(owners, options, gaps, readOwner, signal))) continue;
    const events = await eventsOf(pod, options, gaps, signal);
    for (const trouble of troublesOf(pod, workloadOfPod(pod).uses, events, options.now())) {
      const key = keyOf(pod, trouble);
      const known = troubles.get(key);
      if (known === undefined) troubles.set(key, { pod, trouble, events, owners, alike: [] });
      else known.alike.push(textAt(objectAt(pod, 'metadata'), 'name'));
    }
  }
  return { troubles: [...troubles.values()], pods, notes: [...gaps.notes], complete: gaps.complete };
}

/** What could not be read so far. */
interface Gaps {
  readonly notes: Set<string>;
  complete: boolean;
}

/** Notes a failed read. An API server that did not answer leaves the result incomplete; a missing permission does not. */
function noteGap(gaps: Gaps, what: Unread, lookup: FailedLookup, consequence = ''): void {
  gaps.notes.add(`${unreadNote(what, lookup)}${consequence}`);
  if (lookup.kind === 'unavailable') gaps.complete = false;
}

interface Waiting {
  readonly waiting: readonly JsonObject[];
  readonly pods: number;
}

async function waitingPods(
  { pods, workload, target, namespace }: FindOptions,
  gaps: Gaps,
  signal: AbortSignal,
): Promise<Waiting> {
  if (target?.kind.kind === 'Pod') {
    const what = { verb: 'get', resource: 'pods', namespace, name: target.name };
    const found = valueOf(await pods.pod(namespace ?? '', target.name, signal), what);
    return { waiting: [found], pods: 1 };
  }
  const object =
    target &&
    valueOf(await workload(target.kind, target.apiVersion, namespace ?? '', target.name, signal), {
      verb: 'get',
      resource: target.kind.resource,
      namespace,
      name: target.name,
    });
  const labels = object && selectorOf(object);
  const waiting: JsonObject[] = [];
  let seen = 0;
  const listed = await pods.eachPod(
    { namespace, ...(labels !== undefined && { labels }) },
    (pod) => {
      seen += 1;
      if (waiting.length < maxPods && isLiving(pod) && mayWait(pod)) waiting.push(pod);
    },
    signal,
  );
  const what = { verb: 'list', resource: 'pods', namespace };
  if (listed.kind !== 'found' && seen === 0) throw new Error(unreadNote(what, listed));
  if (listed.kind !== 'found') noteGap(gaps, what, listed);
  if (waiting.length === maxPods) {
    gaps.notes.add(`Only the first ${maxPods} pods that wait are diagnosed: choose a namespace with -n.`);
    gaps.complete = false;
  }
  return { waiting, pods: seen };
}

function valueOf<T>(lookup: Lookup<T>, what: Unread): T {
  if (lookup.kind === 'found') return lookup.value;
  throw new Error(unreadNote(what, lookup));
}

/** A pod that is being deleted pulls nothing any more. */
function isLiving(pod: JsonObject): boolean {
  return textAt(objectAt(pod, 'metadata'), 'deletionTimestamp') === '';
}

/** Whether the pod belongs to the target. If an owner cannot be read, the labels decide. */
async function belongs(
  { owners, complete, unread }: Owners,
  { target, namespace }: FindOptions,
  gaps: Gaps,
  readOwner: ReadOwner,
  signal: AbortSignal,
): Promise<boolean> {
  // Only the fix needs the owner, so the report is complete without it.
  if (unread !== undefined) {
    gaps.notes.add(unreadNote({ verb: 'get', resource: unread.kind.resource, namespace }, unread.because));
  }
  if (target === undefined || target.kind.kind === 'Pod') return true;
  if (owners.some(({ kind, name }) => kind === target.kind && name === target.name)) return true;
  if (complete) return false;
  const found = await readOwner(target.kind, target.apiVersion, namespace ?? '', target.name, signal);
  return found.kind === 'found' && selectorOf(found.value) !== undefined;
}

async function eventsOf(
  pod: JsonObject,
  { pods }: FindOptions,
  gaps: Gaps,
  signal: AbortSignal,
): Promise<readonly PodEvent[]> {
  const { namespace, uid } = descend(pod, ['metadata']);
  const where = typeof namespace === 'string' ? namespace : '';
  const events = await pods.events(where, typeof uid === 'string' ? uid : '', signal);
  if (events.kind === 'found') return events.value.map(readPodEvent);
  const what = { verb: 'list', resource: 'events', namespace: where };
  noteGap(gaps, what, events, ' The messages in the status of the pods are used instead.');
  return [];
}

/** Equal for pods of the same workload whose same container fails for the same reason. */
function keyOf(pod: JsonObject, { container, use, said }: Trouble): string {
  const metadata = objectAt(pod, 'metadata');
  const { namespace, name, uid } = metadata;
  const [owner] = objectsAt(metadata, 'ownerReferences');
  return JSON.stringify([namespace, owner?.['uid'] ?? uid ?? name, container, use?.image, said.cause]);
}

/** Reads each owner once. */
function remembered(read: ReadOwner): ReadOwner {
  const known = new Map<string, ReturnType<ReadOwner>>();
  return (kind, apiVersion, namespace, name, signal) => {
    const key = `${apiVersion}/${kind.resource}/${namespace}/${name}`;
    const found = known.get(key) ?? read(kind, apiVersion, namespace, name, signal);
    known.set(key, found);
    return found;
  };
}
