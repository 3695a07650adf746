import { textAt, type JsonObject } from '../lib/json.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { kindByShape } from '../engine/workload/pod-shape.ts';
import { isOutOfScope, readWorkloads } from '../engine/workload/workload.ts';
import type { KindOf } from '../engine/workload/workload-kind.ts';
import { enumerate, inline } from '../words/plain-text.ts';
import { goneVersion, groupToday } from './gone-versions.ts';
import type { Manifest } from './manifest.ts';
import { noteOn, type Note } from './note.ts';
import { pullSecretNotes, type FieldNote } from './pull-secret-notes.ts';

/** Returns the notes on a manifest, in no particular order. */
export function notesOn(manifest: Manifest, kindOf: KindOf): readonly Note[] {
  const { object } = manifest;
  const kind = kindOf(groupToday(object), textAt(object, 'kind'));
  const notes = kind === undefined ? otherNotes(object) : workloadNotes(kind, object);
  return notes.map(({ path, message }) => noteOn(manifest, message, path));
}

function workloadNotes(kind: WorkloadKind, object: JsonObject): readonly FieldNote[] {
  if (kind.custom !== undefined) return [...skippedNotes(kind, object), ...filledLaterNotes(kind, object)];
  const places = kind.views.map(({ podSpec }) => podSpec.steps);
  return [...goneNotes(object), ...skippedNotes(kind, object), ...pullSecretNotes(object, places)];
}

/** Returns the notes on images that the controller of a custom kind fills in. */
function filledLaterNotes(kind: WorkloadKind, object: JsonObject): readonly FieldNote[] {
  if (isOutOfScope(kind, object)) return [];
  const later = readWorkloads(kind, object, '').flatMap(({ uses }) => uses.filter((use) => use.filledLater === true));
  return later.map(({ path, name, image }) => {
    const what = `${nameOf(object)}: the image of ${inline(name)}`;
    const why = image === '' ? 'is not checked: it has none' : `is not checked: ${inline(image)} is filled in later`;
    return { path, message: `${what} ${why}` };
  });
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
      ? `it has no containers in ${kind.views.map(({ podSpec }) => podSpec.text).join(' or ')}`
      : undefined;
  return reason === undefined ? [] : [{ path: '', message: `${nameOf(object)} is not checked: ${reason}` }];
}

/** Returns the notes on an object whose kind Pullgate does not check. */
function otherNotes(object: JsonObject): readonly FieldNote[] {
  if (textAt(object, 'apiVersion') === 'v1' && textAt(object, 'kind') === 'ServiceAccount') {
    return pullSecretNotes(object, [[]]);
  }
  const shape = kindByShape(groupToday(object), textAt(object, 'kind'), object);
  if (shape === undefined) return [];
  const kind = inline(`${textAt(object, 'kind')} of ${textAt(object, 'apiVersion')}`);
  const found = inline(enumerate(shape.views, 3, ({ podSpec }) => podSpec.text));
  const message = `${nameOf(object)} is checked by its shape: Pullgate does not know the kind ${kind}, but ${found} looks like a pod spec; name the kind in "workloads" of the configuration`;
  return [{ path: '', message }, ...filledLaterNotes(shape, object)];
}

function nameOf(object: JsonObject): string {
  return inline(`${textAt(object, 'kind')} ${textAt(object['metadata'], 'name')}`.trim());
}
