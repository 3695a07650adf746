import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Lookup } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';
import { isObject, objectAt, objectsAt, textAt } from '../lib/json.ts';
import { readJson } from './read-json.ts';
import type { Connection } from './connection.ts';

type Unavailable = Extract<Lookup<never>, { readonly kind: 'unavailable' }>;

/** How the API server words a failure, without its message: that may repeat what was written. */
export interface ApiStatus {
  /** HTTP status code. */
  readonly status: number;
  /** `Forbidden`, `Invalid`, …: StatusReason of k8s.io/apimachinery `meta/v1`; empty if another server answered. */
  readonly reason: string;
  /** Paths of the fields that it refused. */
  readonly fields: readonly string[];
}

/** A write that changed nothing. `conflict`: somebody else wrote first, or the object exists already. `rejected`: the object itself was refused. */
export interface FailedWrite {
  readonly kind: 'missing' | 'forbidden' | 'conflict' | 'rejected' | 'unavailable';
  /** Absent if no answer came. */
  readonly said?: ApiStatus;
}

/** What a write came to. */
export type Written = { readonly kind: 'written'; readonly value: unknown } | FailedWrite;

export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
  /** Of a PATCH: which kind of patch it is. */
  readonly contentType?: 'application/json-patch+json' | 'application/merge-patch+json';
}

/** The API server as a few verbs. They answer with values, and throw only where `signal` aborts, or for a bug. */
export interface KubeApi {
  /** One object; a failure that looks temporary is tried once more. */
  get(path: string, signal: AbortSignal): Promise<Lookup<unknown>>;
  /** A list, as the bytes that arrive: too long to be held at once. */
  list(path: string, signal: AbortSignal): Promise<Lookup<AsyncIterable<Uint8Array>>>;
  write(write: Write, signal: AbortSignal): Promise<Written>;
}

export interface KubeApiOptions {
  /** Of one attempt, in ms, beside what the caller's signal allows. */
  readonly timeoutMs?: number;
  /** Longest pause before the second attempt of a GET, in ms. */
  readonly pauseMs?: number;
}

/** Bytes: a Secret of 1 MiB is 1.4 MiB of base64, and its managed fields come on top. */
const bodyLimit = 4 * 1024 * 1024;

interface Request {
  readonly method: 'GET' | Write['method'];
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** The verbs over `connection`; a 401 renews its session once. */
export function kubeApi(connection: Connection, { timeoutMs = 3_000, pauseMs = 150 }: KubeApiOptions = {}): KubeApi {
  async function send(request: Request, signal: AbortSignal, renew = false): Promise<Dispatcher.ResponseData> {
    const { dispatcher, headers } = await untilAborted(connection.session(renew), signal);
    const { origin, pathname } = new URL(connection.server);
    const sending = dispatcher.request({
      origin,
      path: (pathname === '/' ? '' : pathname) + request.path,
      method: request.method,
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': 'pullgate',
        ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
      },
      body: request.body ?? null,
      signal,
    });
    // undici hears of an abort only once it is connected, and a connection that is being made may take its time.
    const response = await untilAborted(sending, signal);
    // The token may have been rotated since it was read.
    if (response.statusCode !== 401 || renew) return response;
    await response.body.dump();
    return send(request, signal, true);
  }

  /** Sends, and reads the whole answer; what goes wrong on the way is a value. */
  async function attempt(request: Request, caller: AbortSignal): Promise<Reply | Unavailable> {
    const signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await send(request, signal);
      return { kind: 'reply', status: response.statusCode, body: await readJson(response.body, bodyLimit) };
    } catch (error) {
      caller.throwIfAborted();
      return failed(error);
    }
  }

  async function read(path: string, signal: AbortSignal): Promise<Lookup<unknown>> {
    const reply = await attempt({ method: 'GET', path }, signal);
    return reply.kind === 'reply' ? lookupOf(reply) : reply;
  }

  return {
    async get(path, signal) {
      const first = await read(path, signal);
      if (!isTemporary(first)) return first;
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
      return read(path, signal);
    },

    async list(path, signal) {
      try {
        const response = await send({ method: 'GET', path }, signal);
        if (response.statusCode === 200) return { kind: 'found', value: response.body };
        const { statusCode: status, body } = response;
        const lookup = lookupOf({ kind: 'reply', status, body: await readJson(body, bodyLimit) });
        return lookup.kind === 'found' ? serverError : lookup;
      } catch (error) {
        return failed(error);
      }
    },

    async write({ method, path, body, contentType }, signal) {
      const request = { method, path, body: JSON.stringify(body), ...(contentType && { contentType }) };
      const reply = await attempt(request, signal);
      return reply.kind === 'reply' ? writtenOf(reply) : { kind: 'unavailable' };
    },
  };
}

const serverError: Unavailable = { kind: 'unavailable', reason: 'server-error' };

interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  /** Parsed JSON; undefined: it was none. */
  readonly body: unknown;
}

function lookupOf({ status, body }: Reply): Lookup<unknown> {
  if (status >= 200 && status < 300) return body === undefined ? serverError : { kind: 'found', value: body };
  if (status === 401 || status === 403) return { kind: 'forbidden' };
  // A 404 of something in between says nothing about the object: only the API server's own Status does.
  if (status === 404 && isObject(body) && body['reason'] === 'NotFound') return { kind: 'missing' };
  if (status === 429) return { kind: 'unavailable', reason: 'throttled' };
  return serverError;
}

function writtenOf(reply: Reply): Written {
  const { status, body } = reply;
  const lookup = lookupOf(reply);
  if (lookup.kind === 'found') return { kind: 'written', value: lookup.value };
  const fields = objectsAt(objectAt(body, 'details'), 'causes').map((cause) => textAt(cause, 'field'));
  const said = { status, reason: textAt(body, 'reason'), fields };
  if (status === 409) return { kind: 'conflict', said };
  return { kind: status === 400 || status === 422 ? 'rejected' : lookup.kind, said };
}

function isTemporary(lookup: Lookup<unknown>): boolean {
  return lookup.kind === 'unavailable' && (lookup.reason === 'connection' || lookup.reason === 'server-error');
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** By name first: the `code` of a DOMException is a number. */
function failed(error: unknown): Unavailable {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  const timeout = error.name === 'TimeoutError' || error.name === 'AbortError' || timeouts.has(code);
  return { kind: 'unavailable', reason: timeout ? 'timeout' : 'connection' };
}
