import { descend, textAt } from '../../lib/json.ts';

/** The identity of a stored object, in the form that an Event refers to it. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Returns the identity that the API server will store an object with. Undefined if the object has no name or uid. In an
 * admission request it has both, because the API server sets them before it calls webhooks.
 */
export function objectIdentity(
  { group, version, kind }: { readonly group: string; readonly version: string; readonly kind: string },
  namespace: string,
  object: unknown,
): ObjectIdentity | undefined {
  const metadata = descend(object, ['metadata']);
  const [name, uid] = [textAt(metadata, 'name'), textAt(metadata, 'uid')];
  if (name === '' || uid === '') return undefined;
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, namespace, name, uid };
}
