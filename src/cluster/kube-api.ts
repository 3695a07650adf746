import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Status } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { Lookup } from '../engine/ports.ts';
import { stringOf } from '../lib/json.ts';
import { untilAborted } from '../lib/wait.ts';
import { itemsOf, unverified } from './api-types.ts';
import type { Connection } from './connection.ts';
import { readJson } from './read-json.ts';

type Unavailable = Extract<Lookup<never>, { readonly kind: 'unavailable' }>;

/** A failed answer of the API server, without its message, which may repeat the written data. */
export interface ApiStatus {
  /** HTTP status code. */
  readonly status: number;
  /** `Forbidden`, `Invalid`, …: StatusReason of k8s.io/apimachinery `meta/v1`; empty if a proxy answered instead. */
  readonly reason: string;
  /** Paths of the rejected fields. */
  readonly fields: readonly string[];
}

/**
 * A write that changed nothing. `conflict`: somebody else wrote first, or the object exists already. `rejected`: the
 * object is not valid.
 */
export interface FailedWrite {
  readonly kind: 'missing' | 'forbidden' | 'conflict' | 'rejected' | 'unavailable';
  /** Absent if no answer came. */
  readonly said?: ApiStatus;
}

/** The result of a write. */
export type Written = { readonly kind: 'written'; readonly value: unknown } | FailedWrite;

/** A request to write. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
  /** For a PATCH: the format of the patch. */
  readonly contentType?: 'application/json-patch+json' | 'application/merge-patch+json';
}

/** A list that the API server does not continue, or does not understand. */
export type FailedList = { readonly kind: 'expired' | 'rejected' };

/** The verbs of the API server. Failures are values; a method throws only if `signal` aborts, or for a bug. */
export interface KubeApi {
  /** Reads one object. A failure that looks temporary is retried once. */
  get(path: string, signal: AbortSignal): Promise<Lookup<unknown>>;
  /**
   * Reads a list or a watch as a stream of bytes, because it may be too long for memory. An abort counts as a timeout.
   * `expired`: the API server no longer knows the `continue` token. `rejected`: the query is not valid.
   */
  list(path: string, signal: AbortSignal): Promise<Lookup<AsyncIterable<Uint8Array>> | FailedList>;
  /** Writes once, without a retry. */
  write(write: Write, signal: AbortSignal): Promise<Written>;
}

export interface KubeApiOptions {
  /** Time limit of one attempt of `get` or `write`, in ms, in addition to the caller's signal. */
  readonly timeoutMs?: number;
  /** Longest pause before the retry of a `get`, in ms. */
  readonly pauseMs?: number;
  /** Called with the `Date` header of each answer. */
  readonly onDate?: (date: unknown) => void;
}

/** Bytes. A Secret of 1 MiB is 1.4 MiB in base64, plus its managed fields. */
const bodyLimit = 4 * 1024 * 1024;

interface Request {
  readonly method: 'GET' | Write['method'];
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** The verbs over `connection`. A 401 renews the session once. */
export function kubeApi(connection: Connection, options: KubeApiOptions = {}): KubeApi {
  const { timeoutMs = 3_000, pauseMs = 150, onDate } = options;

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
    // undici reacts to an abort only after the connection is made, which may take long.
    const response = await untilAborted(sending, signal);
    onDate?.(response.headers['date']);
    // A token may be rotated after it was read.
    if (response.statusCode !== 401 || renew) return response;
    await response.body.dump();
    return send(request, signal, true);
  }

  /** Sends a request and reads the whole answer. Throws only if `caller` aborts, or for a bug. */
  async function attempt(request: Request, caller: AbortSignal): Promise<Reply | Unavailable> {
    const signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await send(request, signal);
      return { kind: 'reply', status: response.statusCode, body: await readJson(response.body, bodyLimit) };
    } catch (error) {
      caller.throwIfAborted();
      return failureOf(error);
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
        if (status === 410 || status === 400) return { kind: status === 410 ? 'expired' : 'rejected' };
        return lookup.kind === 'found' ? serverError : lookup;
      } catch (error) {
        return failureOf(error);
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
  /** Parsed JSON; undefined if it is not JSON, or too long. */
  readonly body: unknown;
}

function lookupOf({ status, body }: Reply): Lookup<unknown> {
  if (status >= 200 && status < 300) return body === undefined ? serverError : { kind: 'found', value: body };
  if (status === 401 || status === 403) return { kind: 'forbidden' };
  // A 404 of a proxy says nothing about the object. Only a Status of the API server does.
  if (status === 404 && unverified<V1Status>(body).reason === 'NotFound') return { kind: 'missing' };
  if (status === 429) return { kind: 'unavailable', reason: 'throttled' };
  return serverError;
}

function writtenOf(reply: Reply): Written {
  const { status } = reply;
  const lookup = lookupOf(reply);
  if (lookup.kind === 'found') return { kind: 'written', value: lookup.value };
  const { reason, details } = unverified<V1Status>(reply.body);
  const fields = itemsOf(details?.causes).map(({ field }) => stringOf(field));
  const said = { status, reason: stringOf(reason), fields };
  if (status === 409) return { kind: 'conflict', said };
  return { kind: status === 400 || status === 422 ? 'rejected' : lookup.kind, said };
}

function isTemporary(lookup: Lookup<unknown>): boolean {
  return lookup.kind === 'unavailable' && (lookup.reason === 'connection' || lookup.reason === 'server-error');
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/**
 * The failure of a request. Checks the name first, because the `code` of a DOMException is a number. Throws `error` if
 * it is not an Error.
 */
function failureOf(error: unknown): Unavailable {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  const timeout = error.name === 'TimeoutError' || error.name === 'AbortError' || timeouts.has(code);
  return { kind: 'unavailable', reason: timeout ? 'timeout' : 'connection' };
}
