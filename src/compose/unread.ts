import type { Lookup } from '../engine/ports.ts';
import { canI } from '../words/can-i.ts';

/** A read of the Kubernetes API that failed. */
export interface Unread {
  readonly verb: string;
  readonly resource: string;
  /** Undefined: all namespaces, or a resource without namespaces. */
  readonly namespace: string | undefined;
  readonly name?: string;
}

/** A read that returned nothing, and why. */
export type FailedLookup = Exclude<Lookup<never>, { kind: 'found' }>;

/** One sentence that names verb, resource and namespace, and why nothing was read. */
export function unreadNote({ verb, resource, namespace, name }: Unread, lookup: FailedLookup): string {
  const everywhere = resource === 'nodes' ? '' : ' in all namespaces';
  const where = namespace === undefined ? everywhere : ` in namespace "${namespace}"`;
  const what = name === undefined ? resource : `${resource.replace(/s$/, '')} "${name}"`;
  switch (lookup.kind) {
    case 'missing':
      return `There is no ${what}${where}.`;
    case 'forbidden':
      return `Your account is not allowed to ${verb} ${resource}${where} (${canI(verb, resource, namespace)}).`;
    case 'unavailable':
      return `The API server did not answer when Pullgate tried to ${verb} ${what}${where} (${lookup.reason}).`;
  }
}
