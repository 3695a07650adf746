import { isHostAndPort } from '../../image/image-host.ts';
import { hasShape, stringOfJson, stringAtJson, type FieldKind, type ObjectShape } from './json-fields.ts';
import { parseName, parseNormalizedName } from './reference.ts';

/**
 * Returns whether a JSON text is a valid `signedIdentity` of a policy. Mirrors newPolicyReferenceMatchFromJSON of
 * containers/image v5.35.0 signature/policy_config.go.
 */
export function isSignedIdentity(text: string): boolean {
  const shape = shapes.get(stringAtJson(text, 'type'));
  return shape !== undefined && hasShape(text, shape);
}

const type: FieldKind = () => 'set';

const reference: FieldKind = (text) => {
  const name = parseNormalizedName(stringOfJson(text) ?? '');
  return name?.tag === undefined && name?.digest === undefined ? undefined : 'set';
};

const repository: FieldKind = (text) =>
  parseNormalizedName(stringOfJson(text) ?? '') === undefined ? undefined : 'set';

/** A host, or a name that starts with one. */
const prefix: FieldKind = (text) => {
  const value = stringOfJson(text) ?? '';
  if (isHostAndPort(value) && !value.startsWith('[')) return 'set';
  const name = parseName(value);
  const isName = name !== undefined && name.registry !== '' && name.tag === undefined && name.digest === undefined;
  return isName ? 'set' : undefined;
};

const shapes: ReadonlyMap<string, ObjectShape> = new Map([
  ['matchExact', { fields: { type } }],
  ['matchRepoDigestOrExact', { fields: { type } }],
  ['matchRepository', { fields: { type } }],
  ['exactReference', { fields: { type, dockerReference: reference } }],
  ['exactRepository', { fields: { type, dockerRepository: repository } }],
  ['remapIdentity', { fields: { type, prefix, signedPrefix: prefix } }],
]);
