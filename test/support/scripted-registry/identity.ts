import type { IncomingMessage } from 'node:http';

/** The identity in the Authorization header of a request. */
export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** The user of a token from `issueToken`, or `''` for an anonymous token. Undefined for any other token. */
  | { readonly kind: 'bearer'; readonly user: string | undefined }
  | { readonly kind: 'other'; readonly scheme: string };

/** Parses the Authorization header. */
export function identify(request: IncomingMessage): Identity {
  const header = request.headers.authorization;
  if (header === undefined) return { kind: 'none' };
  const [, scheme = '', value = ''] = /^(\S*) ?(.*)$/s.exec(header) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
    return { kind: 'basic', user, password };
  }
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', user: tokenUser(value) };
  return { kind: 'other', scheme };
}

/** Scheme and user for the log. The form counts if there is no header. Null if there are no credentials. */
export function speaker(identity: Identity, form: URLSearchParams): string | null {
  if (identity.kind === 'none') {
    return form.has('username') || form.has('refresh_token') ? `form ${form.get('username') ?? ''}` : null;
  }
  if (identity.kind === 'basic') return `Basic ${identity.user}`;
  if (identity.kind === 'other') return identity.scheme;
  return `Bearer ${identity.user === '' ? 'anonymous' : (identity.user ?? '?')}`;
}

/** A token for `user`. It contains the user, so the token endpoint needs no state. */
export function issueToken(user: string): string {
  return `t.${Buffer.from(JSON.stringify({ sub: user })).toString('base64url')}.s`;
}

function tokenUser(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null && 'sub' in payload ? String(payload.sub) : undefined;
  } catch {
    return undefined;
  }
}
