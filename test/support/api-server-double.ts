import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import type { Connection } from '../../src/cluster/connection.ts';

export interface StoredObject {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

/** A small API server with objects by path, optimistic locking, patches, pagination and injected faults. */
export interface ApiServerDouble extends AsyncDisposable {
  readonly url: string;
  readonly connection: Connection;
  /** All requests in order, for example `GET /api/v1/…`. */
  readonly requests: string[];
  readonly objects: Map<string, StoredObject>;
  /** Faults by path. Each request uses the next fault; the last one stays. */
  readonly faults: Map<string, Fault[]>;
  /** Stores an object at `/api/v1/namespaces/<namespace>/<resource>/<name>`. */
  put(namespace: string, resource: string, object: StoredObject): void;
  /** Lists the objects below `root`, such as `/apis/apps/v1`, in discovery and in collections. */
  serve(root: string, resources: readonly string[]): void;
  close(): Promise<void>;
}

/** Responds with a `Status` object, as the API server reports errors. */
export function status(code: number, reason: string, headers: Record<string, string> = {}): Fault {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code }));
  };
}

/** Never responds. */
export const hang: Fault = () => undefined;

/** Closes the connection with a reset. */
export const reset: Fault = (request) => void request.socket.resetAndDestroy();

/** Starts an empty API server on loopback. */
export async function apiServerDouble(): Promise<ApiServerDouble> {
  const requests: string[] = [];
  const objects = new Map<string, StoredObject>();
  const faults = new Map<string, Fault[]>();
  const served = new Map<string, readonly string[]>();
  let version = 1;

  function store(path: string, object: StoredObject): StoredObject {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version++) } };
    objects.set(path, stored);
    return stored;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://double');
    requests.push(`${request.method} ${request.url}`);
    const queue = faults.get(path) ?? [];
    const fault = queue.length > 1 ? queue.shift() : queue[0];
    if (fault !== undefined) return fault(request, response);
    const old = objects.get(path);
    const body = await bodyOf(request);
    switch (request.method ?? '') {
      case 'GET':
        if (old !== undefined) return json(response, 200, old);
        if (path === '/api/v1/nodes') return json(response, 200, page(path, searchParams));
        if (path === '/apis' && served.size > 0) return json(response, 200, groups());
        if (served.has(path)) return json(response, 200, discovery(path));
        if (isServed(path)) return json(response, 200, page(path, searchParams));
        return status(404, 'NotFound')(request, response);
      case 'POST': {
        if (path.endsWith('/token')) return json(response, 201, tokenFor(path, body));
        const { name, generateName } = (body as StoredObject).metadata;
        const to = `${path}/${name ?? `${String(generateName)}${version}`}`;
        if (objects.has(to)) return status(409, 'AlreadyExists')(request, response);
        return json(response, 201, store(to, body as StoredObject));
      }
      case 'PUT': {
        if (old === undefined) return status(404, 'NotFound')(request, response);
        const wanted = (body as StoredObject).metadata.resourceVersion;
        if (wanted !== undefined && wanted !== old.metadata.resourceVersion)
          return status(409, 'Conflict')(request, response);
        return json(response, 200, store(path, body as StoredObject));
      }
      case 'PATCH': {
        if (old === undefined) return status(404, 'NotFound')(request, response);
        const patched = structuredClone(old) as StoredObject & Record<string, unknown>;
        if (Array.isArray(body)) applyPatch(patched, body as readonly Operation[]);
        else merge(patched, body as Record<string, unknown>);
        if (patched.metadata.resourceVersion !== old.metadata.resourceVersion) {
          return status(409, 'Conflict')(request, response);
        }
        return json(response, 200, store(path, patched));
      }
      default:
        return status(405, 'MethodNotAllowed')(request, response);
    }
  }

  function groups(): unknown {
    const versions = [...served.keys()].filter((root) => root.startsWith('/apis/')).map((root) => root.slice(6));
    const names = [...new Set(versions.map((version) => version.split('/')[0]))];
    return {
      kind: 'APIGroupList',
      groups: names.map((name) => ({
        name,
        versions: versions
          .filter((version) => version.startsWith(`${name}/`))
          .map((groupVersion) => ({ groupVersion })),
      })),
    };
  }

  function discovery(root: string): unknown {
    return {
      kind: 'APIResourceList',
      resources: (served.get(root) ?? []).map((name) => ({ name, namespaced: true, verbs: ['get', 'list'] })),
    };
  }

  function isServed(path: string): boolean {
    return [...served].some(([root, names]) =>
      names.some((name) => new RegExp(`^${root}(/namespaces/[^/]+)?/${name}$`).test(path)),
    );
  }

  /** The paths of the objects in a collection, also in that of all namespaces. */
  function inCollection(path: string): RegExp {
    const [, root = '', resource = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    const everywhere = isServed(path) && !root.includes('/namespaces/') ? '(?:/namespaces/[^/]+)?' : '';
    return new RegExp(`^${root}${everywhere}/${resource}/[^/]+$`);
  }

  function page(path: string, query: URLSearchParams): unknown {
    const pattern = inCollection(path);
    const [label, value] = (query.get('labelSelector') ?? '').split('=');
    const [, uid] = (query.get('fieldSelector') ?? '').split('involvedObject.uid=');
    const fits = ({ metadata: { labels }, involvedObject }: StoredObject) =>
      (value === undefined || (labels as Record<string, string> | undefined)?.[label ?? ''] === value) &&
      (uid === undefined || (involvedObject as Record<string, string> | undefined)?.['uid'] === uid);
    const all = [...objects].filter(([key, object]) => pattern.test(key) && fits(object)).map(([, object]) => object);
    const from = Number(query.get('continue') ?? 0);
    const to = from + Number(query.get('limit') ?? all.length);
    const next = to < all.length ? { continue: String(to) } : {};
    return {
      kind: 'NodeList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '1', ...next },
      items: all.slice(from, to),
    };
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dispatcher = new Agent();

  async function close(): Promise<void> {
    await dispatcher.destroy();
    await stop(server);
  }

  return {
    url,
    connection: {
      server: url,
      session: () => Promise.resolve({ dispatcher, headers: {} }),
      close: () => Promise.resolve(),
    },
    requests,
    objects,
    faults,
    put: (namespace, resource, object) =>
      void store(`/api/v1/namespaces/${namespace}/${resource}/${object.metadata.name}`, object),
    serve: (root, resources) => void served.set(root, resources),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const text = Buffer.concat(await request.toArray()).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function tokenFor(path: string, body: unknown): unknown {
  const audience = (body as { spec: { audiences: readonly string[] } }).spec.audiences.join(',');
  return {
    kind: 'TokenRequest',
    status: { token: `${path} for ${audience}`, expirationTimestamp: '2030-01-01T00:00:00Z' },
  };
}

interface Operation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** The part of RFC 6902 (JSON Patch) that the tests need. */
function applyPatch(target: unknown, operations: readonly Operation[]): void {
  for (const { path, value } of operations) {
    const keys = path.split('/').slice(1);
    const last = keys.pop() ?? '';
    const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], target);
    (parent as Record<string, unknown>)[last] = value;
  }
}

/** The part of RFC 7386 (JSON Merge Patch) that the tests need. */
function merge(target: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    const old = target[key];
    if (isObject(old) && isObject(value)) merge(old, value);
    else target[key] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
