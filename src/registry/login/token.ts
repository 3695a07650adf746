import type { Evidence, Failure } from '../../engine/answer.ts';
import type { Credential } from '../../engine/keyring/credential.ts';
import { brokenFailure, statusFailure } from '../classify.ts';
import { headerOf } from '../header.ts';
import type { Route } from '../network/dispatchers.ts';
import { maxRedirects, redirectTarget } from '../redirect.ts';
import { basicAuthorization, type Secret, secretOf } from './secret.ts';
import type { Login } from './login.ts';
import type { Token } from './token-answer.ts';
import type { Broken, Headers, HttpRequest, HttpResponse, Send } from '../network/transport.ts';

/** The parameters of a request for a token. */
export interface TokenRequest {
  readonly realm: URL;
  /** Whether a private address of the realm is refused. */
  readonly publicOnly: boolean;
  readonly service: string;
  readonly scopes: readonly string[];
  readonly credential: Credential;
  readonly login: Login;
  /** The headers of the request to the realm. */
  readonly headers: Headers;
  readonly route: Route;
  /** Host and port of the registry that named the realm. They are used in the evidence. */
  readonly host: string;
}

/** How much of the response of a token endpoint is read, in bytes. */
const bodyLimit = 128 * 1024;
/** Statuses of a POST after which containerd tries GET, because the endpoint may not support the OAuth form. */
const retryByGet: ReadonlySet<number> = new Set([400, 401, 404, 405]);

/**
 * Fetches a token. With a secret, it tries POST if the runtime does, then GET with Basic; without a secret, only GET. It
 * retries nothing. Throws if `signal` aborts. Mirrors doBearerAuth of containerd v2.4.2
 * core/remotes/docker/authorizer.go, and getBearerToken of containers/image v5.35.0 docker/docker_client.go.
 */
export async function fetchToken(request: TokenRequest, send: Send, signal: AbortSignal): Promise<Token | Failure> {
  const secret = secretOf(request.credential);
  if (secret !== undefined && request.login.triesForm) {
    const post = postForm(request, secret);
    const answer = await send(post, request.route, signal);
    if (answer.kind === 'broken' || !retryByGet.has(answer.status)) return tokenOf(request, 'POST', answer);
  }
  const get = getQuery(request, secret);
  let answer = await send(get, request.route, signal);
  let { url } = get;
  for (let hops = 0; request.login.followsRedirects && hops < maxRedirects; hops += 1) {
    const target = redirectOf(answer, url);
    if (target === undefined) break;
    url = target;
    answer = await send({ ...get, url }, request.route, signal);
  }
  return tokenOf(request, 'GET', answer);
}

/** Where an answer redirects to, if that is another path or port of the same host. */
function redirectOf(answer: HttpResponse | Broken, from: URL): URL | undefined {
  if (answer.kind === 'broken') return undefined;
  const target = redirectTarget(answer.status, headerOf(answer.headers, 'location'), from);
  return target === 'refused' || target?.hostname !== from.hostname ? undefined : target;
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

function getQuery(request: TokenRequest, secret: Secret | undefined): HttpRequest {
  const { host, realm, service, scopes, headers, credential, login } = request;
  const url = new URL(realm);
  const account = credential.kind === 'anonymous' ? '' : credential.username;
  if (login.namesAccount && account !== '') url.searchParams.append('account', account);
  if (service !== '') url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = secret === undefined ? {} : { authorization: basicAuthorization(secret) };
  return { host, url, method: 'GET', headers: { ...headers, ...authorization }, limit: bodyLimit };
}

function tokenOf(request: TokenRequest, method: 'POST' | 'GET', answer: HttpResponse | Broken): Token | Failure {
  const evidence: Evidence = { host: request.host, asked: 'token', method };
  if (answer.kind === 'broken') return brokenFailure(answer.reason, evidence);
  if (answer.status >= 400) return refusal(request, evidence, answer);
  const token = answer.status < 300 ? request.login.readToken(answer.body, method) : undefined;
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
