import { equalFold } from '../../lib/equal-fold.ts';
import { isObject, member, objectOf, type JsonObject } from '../../lib/json.ts';

/**
 * Why a `config.json` may have no credential, although its author thinks that it has one. The kubelet reads only `auths`
 * at the top.
 * `no-auths`: the registries are at the top, as in the old `.dockercfg`.
 * `wrapped`: `auths` is inside another object.
 * `manifest`: it is a Secret, not the docker config of that Secret.
 * `helpers`: the credentials are in a program of the author's machine. The kubelet never runs it.
 */
export type ConfigShape =
  | { readonly kind: 'no-auths' | 'wrapped' | 'manifest' }
  | {
      readonly kind: 'helpers';
      /** Whether a store has the credentials of every registry (`credsStore`). */
      readonly store: boolean;
      /** The keys of `credHelpers`. */
      readonly registries: ReadonlySet<string>;
    };

/** Returns the shape of a parsed docker config if the kubelet may find nothing in it. Undefined if nothing is unusual. */
export function configShape(parsed: unknown): ConfigShape | undefined {
  const config = objectOf(parsed);
  if (!hasAuths(config)) {
    if (isManifest(config)) return { kind: 'manifest' };
    if (Object.values(config).some(hasAuths)) return { kind: 'wrapped' };
  }
  const store = typeof config['credsStore'] === 'string' && config['credsStore'] !== '';
  const registries = new Set(Object.keys(objectOf(config['credHelpers'])));
  if (store || registries.size > 0) return { kind: 'helpers', store, registries };
  return !hasAuths(config) && Object.values(config).some(isEntry) ? { kind: 'no-auths' } : undefined;
}

function hasAuths(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((name) => equalFold('auths', name));
}

const dataKeys = ['.dockerconfigjson', '.dockercfg'] as const;

function isManifest(config: JsonObject): boolean {
  return [config, config['data'], config['stringData']].some((part) =>
    dataKeys.some((key) => member(part, key) !== undefined),
  );
}

function isEntry(value: unknown): boolean {
  return ['auth', 'username', 'password'].some((field) => typeof member(value, field) === 'string');
}
