import type { IncomingMessage } from 'node:http';

/** Who a request says that it comes from, as far as its Authorization header or form tells. */
export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** The user that a token of this interpreter was issued to; `''` is anybody, undefined: no token of ours. */
  | { readonly kind: 'bearer'; readonly user: string | undefined }
  | { readonly kind: 'other'; readonly scheme: string };

/** Reads the Authorization header. */
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

/** How the log names the speaker; the form counts where there is no header. */
export function speaker(identity: Identity, form: URLSearchParams): string | null {
  if (identity.kind === 'none') {
    return form.has('username') || form.has('refresh_token') ? `form ${form.get('username') ?? ''}` : null;
  }
  if (identity.kind === 'basic') return `Basic ${identity.user}`;
  if (identity.kind === 'other') return identity.scheme;
  return `Bearer ${identity.user === '' ? 'anonymous' : (identity.user ?? '?')}`;
}

/** A token for `user`: opaque to clients, and all the memory that the endpoint needs. */
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
