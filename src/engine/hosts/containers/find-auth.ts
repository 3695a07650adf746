import { decodeBase64, isUtf8Base64 } from '../../../lib/go-base64.ts';
import { Redacted } from '../../../lib/redacted.ts';
import type { AuthFile, AuthFileEntry, ReadAuthFile } from './auth-file.ts';
import { authFileHelper } from './registries-conf.ts';

/**
 * The credential that the library takes for a repository. `none`: it asks anonymously. `unseen`: the node may have one
 * that cannot be known here: it is in a program, or not UTF-8, or the library takes one of several by chance. `fails`: the
 * library sends no request.
 */
export type AuthAnswer =
  | {
      readonly kind: 'entry';
      /** The key in the auth file. */
      readonly entry: string;
      readonly username: string;
      readonly password: Redacted;
      readonly identityToken?: Redacted;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'unseen'; readonly reason: 'helper' | 'ambiguous' | 'not-utf8' }
  | { readonly kind: 'fails'; readonly reason: string };

/**
 * Returns the credential for a repository (`HOST/PATH`). `credentialHelpers` comes from registries.conf. Mirrors
 * GetCredentialsForRef of containers/image v5.35.0 pkg/docker/config/config.go, without a credential of the caller.
 */
export function findAuth(file: ReadAuthFile, credentialHelpers: readonly string[], repository: string): AuthAnswer {
  let failure: AuthAnswer | undefined;
  for (const helper of credentialHelpers) {
    if (helper !== authFileHelper) return { kind: 'unseen', reason: 'helper' };
    const answer: AuthAnswer =
      file.kind === 'invalid' ? { kind: 'fails', reason: file.reason } : findInFile(file.auths, repository);
    if (answer.kind === 'fails') failure = answer;
    else if (answer.kind !== 'none') return answer;
  }
  return failure ?? { kind: 'none' };
}

/**
 * The entry of the repository, of the namespace that it is in, or of its host; then an entry whose key is a URL of the
 * host, or another name of Docker Hub. Mirrors findCredentialsInFile.
 */
function findInFile({ entries, helperHosts }: AuthFile, repository: string): AuthAnswer {
  const parts = repository.split('/');
  const [host = ''] = parts;
  if (helperHosts.has(host)) return { kind: 'unseen', reason: 'helper' };
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('/');
    const entry = entries.get(key);
    if (entry !== undefined) return decode(key, entry);
  }
  const wanted = normalizedHost(host);
  const [first, ...others] = [...entries].filter(([key]) => normalizedKey(key) === wanted);
  if (first === undefined) return { kind: 'none' };
  // The library takes whichever of them comes first in an unordered map.
  const isSame = others.every(([, entry]) => isEqual(entry, first[1]));
  return isSame ? decode(...first) : { kind: 'unseen', reason: 'ambiguous' };
}

function isEqual(a: AuthFileEntry, b: AuthFileEntry): boolean {
  return a.auth.reveal() === b.auth.reveal() && a.identityToken.reveal() === b.identityToken.reveal();
}

function normalizedKey(key: string): string {
  const stripped = key.replace(/^http:\/\//, '').replace(/^https:\/\//, '');
  return normalizedHost(stripped === key ? key : (stripped.split('/', 1)[0] ?? ''));
}

function normalizedHost(host: string): string {
  return host === 'docker.io' || host === 'registry-1.docker.io' ? 'index.docker.io' : host;
}

/** Mirrors decodeDockerAuth. An entry without a colon counts as none, even if it has an identity token. */
function decode(key: string, { auth, identityToken }: AuthFileEntry): AuthAnswer {
  const text = decodeBase64(auth.reveal(), 'padded');
  if (text === undefined) return { kind: 'fails', reason: 'the auth field of an entry is not base64' };
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'none' };
  if (!isUtf8Base64(auth.reveal())) return { kind: 'unseen', reason: 'not-utf8' };
  const username = text.slice(0, colon);
  // oxlint-disable-next-line no-control-regex -- old versions of Docker padded passwords with NUL
  const password = text.slice(colon + 1).replace(/^\0+|\0+$/g, '');
  if (username === '' && password === '' && identityToken.empty) return { kind: 'none' };
  const token = identityToken.empty ? {} : { identityToken };
  return { kind: 'entry', entry: key, username, password: new Redacted(password), ...token };
}
