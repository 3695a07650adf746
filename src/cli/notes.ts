import { arrayOf, isObject, textAt, type JsonObject } from '../lib/json.ts';
import { isOutOfScope, readWorkloads } from '../engine/workload/workload.ts';
import { workloadKind, type WorkloadKind } from '../engine/workload/workload-kind.ts';
import { inline } from '../words/plain-text.ts';
import { goneVersion, groupToday } from './gone-versions.ts';
import type { Manifest } from './manifest.ts';
import { noteOn, type Note } from './note.ts';
import { pullSecretNotes, type FieldNote } from './pull-secret-notes.ts';

/** Returns the notes on a manifest, in no particular order. */
export function notesOn(manifest: Manifest): readonly Note[] {
  const { object } = manifest;
  const kind = workloadKind(groupToday(object), textAt(object, 'kind'));
  const notes = kind === undefined ? otherNotes(object) : workloadNotes(kind, object);
  return notes.map(({ path, message }) => noteOn(manifest, message, path));
}

function workloadNotes(kind: WorkloadKind, object: JsonObject): readonly FieldNote[] {
  const places = kind.podPaths.map((podPath) => [...podPath, 'spec']);
  return [...goneNotes(object), ...skippedNotes(kind, object), ...pullSecretNotes(object, places)];
}

function goneNotes(object: JsonObject): readonly FieldNote[] {
  const apiVersion = textAt(object, 'apiVersion');
  const gone = goneVersion(apiVersion);
  if (gone === undefined) return [];
  const message = `${nameOf(object)}: Kubernetes ${gone.since} and later have no ${apiVersion}; use ${gone.now}`;
  return [{ path: 'apiVersion', message }];
}

function skippedNotes(kind: WorkloadKind, object: JsonObject): readonly FieldNote[] {
  const reason = isOutOfScope(kind, object)
    ? 'it is being deleted, or it is the mirror pod of a static pod'
    : readWorkloads(kind, object, '').every(({ uses }) => uses.length === 0)
      ? `it has no containers in ${kind.podPaths.map((podPath) => [...podPath, 'spec'].join('.')).join(' or ')}`
      : undefined;
  return reason === undefined ? [] : [{ path: '', message: `${nameOf(object)} is not checked: ${reason}` }];
}

/** Returns the notes on an object whose kind Pullgate does not check. */
function otherNotes(object: JsonObject): readonly FieldNote[] {
  if (textAt(object, 'apiVersion') === 'v1' && textAt(object, 'kind') === 'ServiceAccount') {
    return pullSecretNotes(object, [[]]);
  }
  if (!hasContainers(object)) return [];
  const kind = `${textAt(object, 'kind')} of ${textAt(object, 'apiVersion')}`;
  const message = `${nameOf(object)} is not checked: it has containers, but Pullgate does not know the kind ${inline(kind)}`;
  return [{ path: '', message }];
}

/** Returns whether a value contains, at any depth, a list of containers with images. */
function hasContainers(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasContainers);
  if (!isObject(value)) return false;
  const containers = [...arrayOf(value['containers']), ...arrayOf(value['initContainers'])];
  return containers.some((container) => textAt(container, 'image') !== '') || Object.values(value).some(hasContainers);
}

function nameOf(object: JsonObject): string {
  return inline(`${textAt(object, 'kind')} ${textAt(object['metadata'], 'name')}`.trim());
}
