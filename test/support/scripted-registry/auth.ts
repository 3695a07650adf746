import type { Identity } from './identity.ts';
import { specified } from './reply.ts';
import type { AuthScript, Reply } from './script.ts';

/** The reply to a request that the script's authorization refuses. Undefined if the request is allowed. */
export function authorize(auth: AuthScript, identity: Identity, path: string): Reply | undefined {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(path)?.[1];
  const user = auth.scheme === 'none' ? '' : validUser(auth, identity, repository);
  if (user === undefined) {
    return refusal(auth, auth.unauthorized ?? specified(401, 'UNAUTHORIZED', 'authentication required'), repository);
  }
  if (auth.scheme === 'none' || repository === undefined || matches(allowed(auth, user), repository)) return undefined;
  const denied = auth.denied ?? specified(401, 'DENIED', 'requested access to the resource is denied');
  return refusal(auth, denied, repository, 'insufficient_scope');
}

/** The user with valid credentials, or `''` for an anonymous request. Undefined if the credentials are not valid. */
function validUser(auth: AuthScript, identity: Identity, repository: string | undefined): string | undefined {
  if (identity.kind === 'basic' && (auth.scheme === 'basic' || auth.acceptBasic === true)) {
    return auth.users?.[identity.user]?.password === identity.password ? identity.user : undefined;
  }
  if (identity.kind === 'bearer' && auth.scheme === 'bearer') return identity.user;
  const open = auth.scheme === 'basic' && repository !== undefined && matches(auth.anonymous ?? [], repository);
  return open ? '' : undefined;
}

function allowed(auth: AuthScript, user: string): readonly string[] {
  return user === '' ? (auth.anonymous ?? []) : (auth.users?.[user]?.repositories ?? ['*']);
}

function matches(patterns: readonly string[], repository: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === repository ||
      (pattern.endsWith('/*') && repository.startsWith(pattern.slice(0, -1))),
  );
}

function refusal(auth: AuthScript, reply: Reply, repository: string | undefined, error?: string): Reply {
  if (reply.status !== 401) return reply;
  return { ...reply, headers: { 'Www-Authenticate': challenge(auth, repository, error), ...reply.headers } };
}

function challenge(auth: AuthScript, repository: string | undefined, error: string | undefined): string {
  if (auth.challenge !== undefined) return auth.challenge;
  if (auth.scheme === 'basic') return 'Basic realm="registry"';
  const service = auth.service ?? 'scripted';
  const scope = auth.scope !== false && repository !== undefined ? `repository:${repository}:pull` : '';
  return `Bearer ${Object.entries({ realm: auth.realm, service, scope, error })
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`;
}
