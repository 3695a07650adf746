import { decodeBase64 } from '../../../lib/go-base64.ts';
import { jsonItems } from '../../../lib/json-members.ts';
import { hasShape, stringOfJson, stringAtJson, type FieldKind, type ObjectShape } from './json-fields.ts';
import { isSignedIdentity } from './signed-identity.ts';

/**
 * What a policy says about an image. `signature`: it must be signed, and whether the signature is valid cannot be known
 * here.
 */
export type PolicyDecision = 'accept' | 'reject' | 'signature';

/**
 * Reads one requirement of a policy. Undefined if it is not valid. Mirrors newPolicyRequirementFromJSON of
 * containers/image v5.35.0 signature/policy_config.go, and isRunningImageAllowed of signature/policy_eval_*.go.
 */
export function readRequirement(text: string): PolicyDecision | undefined {
  const kind = requirements.get(stringAtJson(text, 'type'));
  return kind !== undefined && hasShape(text, kind.shape) ? kind.decision(text) : undefined;
}

const type: FieldKind = () => 'set';

const text: FieldKind = (value) => {
  const read = stringOfJson(value);
  return read === undefined ? undefined : read === '' ? 'unset' : 'set';
};

const bytes: FieldKind = (value) => {
  if (value === 'null') return 'unset';
  const read = stringOfJson(value);
  return read !== undefined && decodeBase64(read, 'padded') !== undefined ? 'set' : undefined;
};

function listOf(kind: FieldKind, mayBeEmpty: boolean): FieldKind {
  return (value) => {
    if (value === 'null') return mayBeEmpty ? 'unset' : undefined;
    if (!value.startsWith('[')) return undefined;
    const items = jsonItems(value);
    return items.every((item) => kind(item) !== undefined) && (mayBeEmpty || items.length > 0) ? 'set' : undefined;
  };
}

function object(shape: ObjectShape): FieldKind {
  return (value) => (hasShape(value, shape) ? 'set' : undefined);
}

const identity: FieldKind = (value) => (isSignedIdentity(value) ? 'set' : undefined);

const gpgKeys = 'GPGKeys';
const keyTypes: ReadonlySet<string> = new Set([gpgKeys, 'signedByGPGKeys', 'X509Certificates', 'signedByX509CAs']);
const keyType: FieldKind = (value) => (keyTypes.has(stringOfJson(value) ?? '') ? 'set' : undefined);

/** The number of `names` for which `is` is true. */
function count(names: readonly string[], is: (name: string) => boolean): number {
  return names.filter(is).length;
}

const signedByKeys = ['keyPath', 'keyPaths', 'keyData'];
const sigstoreKeys = ['keyPath', 'keyPaths', 'keyData', 'keyDatas', 'fulcio', 'pki'];
const rekorKeys = ['rekorPublicKeyPath', 'rekorPublicKeyPaths', 'rekorPublicKeyData', 'rekorPublicKeyDatas'];

const fulcio: ObjectShape = {
  fields: { caPath: text, caData: bytes, oidcIssuer: text, subjectEmail: text },
  fits: (isSet) => count(['caPath', 'caData'], isSet) === 1 && isSet('oidcIssuer') && isSet('subjectEmail'),
};

const pki: ObjectShape = {
  fields: {
    caRootsPath: text,
    caRootsData: bytes,
    caIntermediatesPath: text,
    caIntermediatesData: bytes,
    subjectEmail: text,
    subjectHostname: text,
  },
  fits: (isSet) =>
    count(['caRootsPath', 'caRootsData'], isSet) === 1 &&
    count(['caIntermediatesPath', 'caIntermediatesData'], isSet) <= 1 &&
    (isSet('subjectEmail') || isSet('subjectHostname')),
};

interface RequirementKind {
  readonly shape: ObjectShape;
  readonly decision: (text: string) => PolicyDecision;
}

const requirements: ReadonlyMap<string, RequirementKind> = new Map<string, RequirementKind>([
  ['insecureAcceptAnything', { shape: { fields: { type } }, decision: () => 'accept' }],
  ['reject', { shape: { fields: { type } }, decision: () => 'reject' }],
  // The library does not implement it, and rejects every image.
  ['signedBaseLayer', { shape: { fields: { type, baseLayerIdentity: identity } }, decision: () => 'reject' }],
  [
    'signedBy',
    {
      shape: {
        fields: {
          type,
          keyType,
          keyPath: text,
          keyPaths: listOf(text, true),
          keyData: bytes,
          signedIdentity: identity,
        },
        fits: (isSet, has) => isSet('keyType') && count(signedByKeys, has) === 1 && count(signedByKeys, isSet) === 1,
      },
      // containers/image rejects images with keys of other types.
      decision: (json) => (stringAtJson(json, 'keyType') === gpgKeys ? 'signature' : 'reject'),
    },
  ],
  [
    'sigstoreSigned',
    {
      shape: {
        fields: {
          type,
          keyPath: text,
          keyPaths: listOf(text, false),
          keyData: bytes,
          keyDatas: listOf(bytes, false),
          fulcio: object(fulcio),
          pki: object(pki),
          rekorPublicKeyPath: text,
          rekorPublicKeyPaths: listOf(text, false),
          rekorPublicKeyData: bytes,
          rekorPublicKeyDatas: listOf(bytes, false),
          signedIdentity: identity,
        },
        fits: (isSet) =>
          count(sigstoreKeys, isSet) === 1 &&
          count(rekorKeys, isSet) <= 1 &&
          (!isSet('fulcio') || count(rekorKeys, isSet) === 1) &&
          (!isSet('pki') || count(rekorKeys, isSet) === 0),
      },
      decision: () => 'signature',
    },
  ],
]);
