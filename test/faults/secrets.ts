import type { StoredObject } from '../support/api-server-double.ts';
import { alice, dockerConfigJson } from '../support/registries.ts';

/** A pull secret but for its name. */
export type Secret = Omit<StoredObject, 'metadata'>;

interface Login {
  readonly username: string;
  readonly password: string;
}

/** Whom no registry knows. */
export const mallory: Login = { username: 'mallory', password: 'gu3ssed' };

/** What must not be read anywhere in an answer or in the log. */
export const passwords = new RegExp(`${alice.password}|${mallory.password}`);

/** A pull secret of the usual type, with this text in it. */
export function holding(text: string): Secret {
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
  return { type: 'kubernetes.io/dockerconfigjson', data };
}

/** A pull secret with these entries. */
export function auths(entries: Readonly<Record<string, unknown>>): Secret {
  return holding(JSON.stringify({ auths: entries }));
}

/** An entry that logs somebody in. */
export function entryOf({ username, password }: Login): { readonly auth: string } {
  return { auth: btoa(`${username}:${password}`) };
}

/** The secret that opens the registry at `host`. */
export function goodSecret(host: string): Secret {
  return holding(dockerConfigJson(host));
}

/** A secret for that registry which opens nothing. */
export function wrongSecret(host: string): Secret {
  return holding(dockerConfigJson(host, mallory));
}
