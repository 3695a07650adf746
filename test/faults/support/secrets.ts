import type { StoredObject } from '../../support/api-server-double.ts';
import { alice, dockerConfigJson } from '../../support/registries.ts';

/** A pull secret without its name. */
export type Secret = Omit<StoredObject, 'metadata'>;

interface Login {
  readonly username: string;
  readonly password: string;
}

/** A user whom no registry accepts. */
export const mallory: Login = { username: 'mallory', password: 'gu3ssed' };

/** Matches the passwords. They must not occur in any answer or in the log. */
export const passwords = new RegExp(`${alice.password}|${mallory.password}`);

/** A pull secret of type kubernetes.io/dockerconfigjson with this text. */
export function secretWith(text: string): Secret {
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
  return { type: 'kubernetes.io/dockerconfigjson', data };
}

/** A pull secret with these entries in `auths`. */
export function secretWithAuths(entries: Readonly<Record<string, unknown>>): Secret {
  return secretWith(JSON.stringify({ auths: entries }));
}

/** An entry with the credentials of a user. */
export function entryOf({ username, password }: Login): { readonly auth: string } {
  return { auth: btoa(`${username}:${password}`) };
}

/** A pull secret with valid credentials for the registry at `host`. */
export function goodSecret(host: string): Secret {
  return secretWith(dockerConfigJson(host));
}

/** A pull secret with invalid credentials for the registry at `host`. */
export function wrongSecret(host: string): Secret {
  return secretWith(dockerConfigJson(host, mallory));
}
