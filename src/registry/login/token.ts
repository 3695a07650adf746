import type { Evidence, Failure } from '../../engine/answer.ts';
import type { Credential } from '../../engine/keyring/credential.ts';
import { Redacted } from '../../lib/redacted.ts';
import { brokenFailure, statusFailure } from '../classify.ts';
import type { Route } from '../network/dispatchers.ts';
import { member, parseJson } from '../../lib/json.ts';
import { basicAuthorization, type Secret, secretOf } from './secret.ts';
import type { Broken, Headers, HttpRequest, HttpResponse, Send } from '../network/transport.ts';

/** The parameters of a request for a token. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string;
  /** Sorted and without duplicates. */
  readonly scopes: readonly string[];
  readonly credential: Credential;
  /** The headers of the request to the realm. */
  readonly headers: Headers;
  readonly route: Route;
  /** Host and port of the registry that named the realm. They are used in the evidence. */
  readonly host: string;
}

/** A bearer token. */
export interface Token {
  readonly kind: 'token';
  readonly text: Redacted;
  /** How long to keep the token, in ms. */
  readonly lifeMs: number;
}

/** How much of the response of a token endpoint is read, in bytes. */
const bodyLimit = 128 * 1024;
/** The lifetime of a token if the response has none, in seconds (token specification of distribution). */
const defaultLifeSeconds = 60;
/** The longest lifetime that is used, in seconds. */
const maxLifeSeconds = 3600;
/** Statuses of a POST after which containerd tries GET, because the endpoint may not support the OAuth form. */
const retryByGet: ReadonlySet<number> = new Set([400, 401, 404, 405]);

/**
 * Fetches a token. With a secret, it tries POST, then GET with Basic; without a secret, only GET. It follows no
 * redirects and retries nothing. Throws if `signal` aborts. Mirrors doBearerAuth of containerd v2.4.2
 * core/remotes/docker/authorizer.go.
 */
export async function fetchToken(request: TokenRequest, send: Send, signal: AbortSignal): Promise<Token | Failure> {
  const secret = secretOf(request.credential);
  if (secret !== undefined) {
    const post = postForm(request, secret);
    const answer = await send(post, request.route, signal);
    if (answer.kind === 'broken' || !retryByGet.has(answer.status)) return tokenOf(request, 'POST', answer);
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
  // A token endpoint that does not exist says nothing about the image.
  return { kind: 'unreachable', reason: 'token-answer', evidence: { ...evidence, status: answer.status } };
}

/**
 * Parses a token. The response to GET may name it `access_token` or `token`, the response to POST only `access_token`.
 */
function readToken(body: Uint8Array, method: 'POST' | 'GET'): Token | undefined {
  const answer = parseJson(body);
  const access = fieldOf(answer, 'access_token') ?? '';
  const plain = fieldOf(answer, 'token') ?? '';
  const lifeSeconds = fieldOf(answer, 'expires_in') ?? 0;
  // containerd fails if a field has another type (Go 1.26, encoding/json).
  if (typeof access !== 'string' || typeof plain !== 'string' || !Number.isSafeInteger(lifeSeconds)) return undefined;
  if (!isTime(fieldOf(answer, 'issued_at') ?? '')) return undefined;
  const text = access !== '' || method === 'POST' ? access : plain;
  // A header can contain only these characters.
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined;
  return { kind: 'token', text: new Redacted(text), lifeMs: lifeMs(Number(lifeSeconds)) };
}

/** Like encoding/json of Go 1.26: keys match in any case, and the last of duplicates counts. */
function fieldOf(answer: unknown, name: string): unknown {
  const keys = typeof answer === 'object' && answer !== null ? Object.keys(answer) : [];
  const key = keys.findLast((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : member(answer, key);
}

/** Whether a value is an RFC 3339 time, which encoding/json of Go 1.26 requires. An empty value is accepted. */
function isTime(value: unknown): boolean {
  return value === '' || (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value));
}

/** Returns 90 % of the lifetime in ms, so that a token does not expire on the way to the registry. */
function lifeMs(seconds: number): number {
  return Math.min(seconds > 0 ? seconds : defaultLifeSeconds, maxLifeSeconds) * 900;
}
