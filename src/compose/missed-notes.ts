import type { Note } from '../cli/note.ts';
import type { MissedReads, MissingPermission } from '../cluster/missed-reads.ts';
import { canI } from '../words/can-i.ts';

/**
 * Returns what a report says about a cluster that could not be read in full: a note about missing permissions, and a
 * problem if the API server stopped answering, because then the report is not complete.
 */
export function missedNotes({ forbidden, unanswered }: MissedReads): {
  readonly notes: readonly Note[];
  readonly problems: readonly Note[];
} {
  const count = unanswered();
  const reads = count === 1 ? '1 read' : `${count} reads`;
  return {
    notes: forbidden().map((permission) => noteOf(permissionWords(permission))),
    problems:
      count === 0 ? [] : [noteOf(`the API server did not answer ${reads}: what depends on them was not checked`)],
  };
}

function permissionWords({ verb, resource, namespace }: MissingPermission): string {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return `no permission to ${verb} ${resource}${where}: ${consequences[resource] ?? 'what depends on them is unknown'} (${canI(verb, resource, namespace)})`;
}

/** What the user does not learn without the permission. */
const consequences: Readonly<Record<string, string>> = {
  secrets: 'images that need a pull secret cause only a warning',
  serviceaccounts: 'images that need a pull secret cause only a warning',
  nodes: 'the platforms of images are not checked',
  namespaces: 'their labels choose no profile',
};

function noteOf(message: string): Note {
  return { place: undefined, message };
}
