import type { Evidence, Failure } from '../../engine/answer.ts';
import type { Credential } from '../../engine/keyring/credential.ts';
import { Redacted } from '../../lib/redacted.ts';
import { brokenFailure, statusFailure } from '../classify.ts';
import type { Route } from '../network/dispatchers.ts';
import { member, parseJson } from '../../lib/json.ts';
import { basicAuthorization, type Secret, secretOf } from './secret.ts';
import type { Broken, Headers, HttpRequest, HttpResponse, Send } from '../network/transport.ts';

/** What a token is asked for with. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string;
  /** Sorted, each once. */
  readonly scopes: readonly string[];
  readonly credential: Credential;
  /** Sent to the realm as they are sent to the registry. */
  readonly headers: Headers;
  readonly route: Route;
  /** The registry that named the realm: what the evidence speaks of. */
  readonly host: string;
}

export interface Token {
  readonly kind: 'token';
  readonly text: Redacted;
  /** How long it is good, in ms. */
  readonly lifeMs: number;
}

/** The most that is read of a token endpoint's answer, in bytes. */
const bodyLimit = 128 * 1024;
/** What a token's life is taken for where the endpoint does not say, in seconds (distribution's token specification). */
const defaultLife = 60;
/** No token is kept longer, whatever its endpoint says, in seconds. */
const longestLife = 3600;
/** Statuses to a POST after which containerd asks again by GET: endpoints that do not know the OAuth form. */
const getInstead: ReadonlySet<number> = new Set([400, 401, 404, 405]);

/**
 * Fetches a token: with a secret by POST, then by GET with Basic; without one by GET. It follows no redirect, and asks nothing twice.
 * Mirrors doBearerAuth of containerd core/remotes/docker/authorizer.go.
 */
export async function fetchToken(request: TokenRequest, send: Send, signal: AbortSignal): Promise<Token | Failure> {
  const secret = secretOf(request.credential);
  if (secret !== undefined) {
    const post = postForm(request, secret);
    const answer = await send(post, request.route, signal);
    if (answer.kind === 'broken' || !getInstead.has(answer.status)) return tokenOf(request, 'POST', answer);
  }
  const get = getQuery(request, secret);
  return tokenOf(request, 'GET', await send(get, request.route, signal));
}

function postForm(
  { host, realm, service, scopes, headers }: TokenRequest,
  { username, password }: Secret,
): HttpRequest {
  const form = new URLSearchParams({
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    service,
    client_id: 'containerd-client',
    grant_type: 'password',
    username,
    password,
  });
  const type = 'application/x-www-form-urlencoded; charset=utf-8';
  return {
    host,
    url: realm,
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body: form.toString(),
    limit: bodyLimit,
  };
}

function getQuery({ host, realm, service, scopes, headers }: TokenRequest, secret: Secret | undefined): HttpRequest {
  const url = new URL(realm);
  if (service !== '') url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = secret === undefined ? {} : { authorization: basicAuthorization(secret) };
  return { host, url, method: 'GET', headers: { ...headers, ...authorization }, limit: bodyLimit };
}

function tokenOf(request: TokenRequest, method: 'POST' | 'GET', answer: HttpResponse | Broken): Token | Failure {
  const evidence: Evidence = { host: request.host, asked: 'token', method };
  if (answer.kind === 'broken') return brokenFailure(answer.reason, evidence);
  if (answer.status >= 400) return refusal(request, evidence, answer);
  const token = answer.status < 300 ? readToken(answer.body, method) : undefined;
  return token ?? { kind: 'unreachable', reason: 'token-answer', evidence: { ...evidence, status: answer.status } };
}

function refusal(request: TokenRequest, evidence: Evidence, answer: HttpResponse): Failure {
  const failure = statusFailure(answer, evidence);
  if (failure.kind === 'throttled' || failure.kind === 'unreachable') return failure;
  if (failure.kind === 'refused') {
    return { ...failure, reason: secretOf(request.credential) === undefined ? 'no-credentials' : 'token-refused' };
  }
  // A token endpoint that is not there says nothing about the image.
  return { kind: 'unreachable', reason: 'token-answer', evidence: { ...evidence, status: answer.status } };
}

/** Of the two names for a token GET may use either, POST only the second. */
function readToken(body: Uint8Array, method: 'POST' | 'GET'): Token | undefined {
  const answer = parseJson(body);
  const access = fieldOf(answer, 'access_token') ?? '';
  const plain = fieldOf(answer, 'token') ?? '';
  const life = fieldOf(answer, 'expires_in') ?? 0;
  // Where Go's decoder finds another type, containerd gives up.
  if (typeof access !== 'string' || typeof plain !== 'string' || !Number.isSafeInteger(life)) return undefined;
  if (!isTime(fieldOf(answer, 'issued_at') ?? '')) return undefined;
  const text = access !== '' || method === 'POST' ? access : plain;
  // What no header can carry is no token.
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined;
  return { kind: 'token', text: new Redacted(text), lifeMs: lifeMs(Number(life)) };
}

/** Go's decoder takes a key in any case, and of doubles the last. */
function fieldOf(answer: unknown, name: string): unknown {
  const keys = typeof answer === 'object' && answer !== null ? Object.keys(answer) : [];
  const key = keys.findLast((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : member(answer, key);
}

/** RFC 3339, as Go's decoder wants it; nothing at all is no matter. */
function isTime(value: unknown): boolean {
  return value === '' || (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value));
}

/** A tenth less than promised: a token must not expire on its way. */
function lifeMs(seconds: number): number {
  return Math.min(seconds > 0 ? seconds : defaultLife, longestLife) * 900;
}
