import { descend, objectsAt, type JsonObject } from '../../lib/json.ts';

/** Returns the owner reference of the object that controls a stored object. Undefined if none does. */
export function controllerOf(object: unknown): JsonObject | undefined {
  return objectsAt(descend(object, ['metadata']), 'ownerReferences').find(({ controller }) => controller === true);
}
