import type { KubeApi } from './kube-api.ts';

/** A permission that the user does not have, as `kubectl auth can-i VERB RESOURCE -n NAMESPACE` takes it. */
export interface MissingPermission {
  readonly verb: 'get' | 'list';
  readonly resource: string;
  /** Undefined for a resource without namespaces. */
  readonly namespace: string | undefined;
}

/** What could not be read of a cluster during one run. */
export interface MissedReads {
  /** Each once. Only resources of the core group: others are read only if the user may. */
  readonly forbidden: () => readonly MissingPermission[];
  /** The number of reads that the API server did not answer; 0 if it answered all. */
  readonly unanswered: () => number;
}

/** After so many reads in a row without an answer, the cluster counts as gone for the rest of the run. */
const patience = 3;

const gone = { kind: 'unavailable', reason: 'connection' } as const;

/**
 * Returns an API for one run, and what it could not read. Once the API server has stopped answering, further reads fail
 * at once, so that the rest of the run does not wait for each.
 */
export function recordMissedReads(api: KubeApi): { readonly api: KubeApi; readonly missed: MissedReads } {
  const forbidden = new Map<string, MissingPermission>();
  /** The paths of the reads that have had no answer so far: a read may be repeated. */
  const unanswered = new Set<string>();
  let inARow = 0;

  function record<L extends { readonly kind: string }>(verb: MissingPermission['verb'], path: string, lookup: L): L {
    if (lookup.kind === 'unavailable') unanswered.add(path);
    else unanswered.delete(path);
    inARow = lookup.kind === 'unavailable' ? inARow + 1 : 0;
    const permission = lookup.kind === 'forbidden' ? permissionFor(verb, path) : undefined;
    if (permission !== undefined) forbidden.set(JSON.stringify(permission), permission);
    return lookup;
  }

  return {
    api: {
      ...api,
      async get(path, signal) {
        return record('get', path, inARow >= patience ? gone : await api.get(path, signal));
      },
      async list(path, signal) {
        if (inARow >= patience) return gone;
        const lookup = await api.list(path, signal);
        // An abort of the caller counts as a timeout, and is no fault of the API server.
        return signal.aborted ? lookup : record('list', path, lookup);
      },
    },
    missed: { forbidden: () => [...forbidden.values()], unanswered: () => unanswered.size },
  };
}

/** `/api/v1/namespaces/team/secrets/regcred`, or `/api/v1/nodes?limit=500`. */
function permissionFor(verb: MissingPermission['verb'], path: string): MissingPermission | undefined {
  const match = /^\/api\/v1(?:\/namespaces\/(?<namespace>[^/?]+)(?=\/))?\/(?<resource>[^/?]+)/.exec(path)?.groups;
  const { namespace, resource } = match ?? {};
  return resource === undefined ? undefined : { verb, resource, namespace };
}
