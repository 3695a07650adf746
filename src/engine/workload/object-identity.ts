import { descend, textAt } from '../../lib/json.ts';

/** One stored object, as an Event names it. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * An object as the API server will store it: it gives the name and uid before webhooks see the object. Undefined: it has
 * none yet.
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
