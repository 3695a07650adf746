import { type Identity, issueToken } from './identity.ts';
import { specified } from './reply.ts';
import type { Reply, TokenScript } from './script.ts';

/** The reply of the token endpoint to a request with `identity` in its header, or with a form in its body. */
export function answerToken(token: TokenScript, method: string, identity: Identity, form: URLSearchParams): Reply {
  const { methods = ['GET'], users = {}, failure } = token;
  if (method === 'POST' && !methods.includes('POST')) return { status: token.postStatus ?? 405 };
  const given = credentials(identity, form);
  if (given && users[given.user]?.password !== given.password) {
    return failure ?? specified(401, 'UNAUTHORIZED', 'incorrect username or password');
  }
  if (!given && token.anonymous === false) return failure ?? specified(401, 'UNAUTHORIZED', 'authentication required');
  return { status: 200, body: tokenBody(token, issueToken(given?.user ?? '')) };
}

function credentials(identity: Identity, form: URLSearchParams): { user: string; password: string } | undefined {
  if (identity.kind === 'basic') return identity;
  const user = form.get('username');
  return user === null ? undefined : { user, password: form.get('password') ?? '' };
}

function tokenBody({ field = 'token', expiresIn }: TokenScript, issued: string): object {
  return {
    ...(field === 'token' || field === 'both' ? { token: issued } : {}),
    ...(field === 'access_token' || field === 'both' ? { access_token: issued } : {}),
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
  };
}
