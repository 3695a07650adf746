import { setTimeout as sleep } from 'node:timers/promises';
import type { Lookup } from '../engine/ports.ts';
import { descend, textAt } from '../lib/json.ts';
import { withTimeout } from '../lib/wait.ts';
import type { KubeApi } from './kube-api.ts';
import { readListItems } from './list-items.ts';

/** The list to read. */
export interface ListRequest {
  /** The path of the collection: `/apis/apps/v1/namespaces/team/deployments`. */
  readonly path: string;
  /** A label selector in the syntax of kubectl. Empty: every object. */
  readonly selector?: string;
  /** A field selector. Empty: every object. */
  readonly fields?: string;
  /** Items for each page. */
  readonly pageSize?: number;
  /** Pauses before a page is read again after a failure, in ms. */
  readonly pausesMs?: readonly number[];
}

/**
 * How a list ended. `missing`: there is no such collection. `rejected`: the selector is not valid. `expired`: the list
 * never stayed valid until its last page.
 */
export type ListEnd =
  | { readonly kind: 'complete' | 'missing' | 'forbidden' | 'rejected' | 'expired' }
  | Extract<Lookup<never>, { readonly kind: 'unavailable' }>;

/** A page of 250 Deployments is about 2 MiB. */
const defaultPageSize = 250;
/** Limit of one object, in bytes: etcd accepts 1.5 MiB. */
const itemLimit = 4 * 1024 * 1024;
/** Time limit of one page, in ms. */
const pageMs = 30_000;
const defaultPausesMs = [250, 1_000, 4_000];
/** How many times a list starts again after its `continue` token expired. */
const maxRestarts = 5;

/**
 * Reads a collection page by page, and calls `onPage` with the items of each page. The next page is read when `onPage` is
 * done, so that two pages are never in memory. If the `continue` token has expired (410 Gone), the list starts again, and
 * `onPage` gets only the objects that it has not had. A failed page is read again a few times. Throws only if `signal`
 * aborts, or what `onPage` throws. See "Retrieving large results sets in chunks" in the Kubernetes API concepts
 * (v1.36).
 */
export async function readPages(
  api: Pick<KubeApi, 'list'>,
  request: ListRequest,
  onPage: (items: readonly unknown[]) => Promise<void>,
  signal: AbortSignal,
): Promise<ListEnd> {
  const seen = new Set<string>();
  for (let restarts = 0; ; restarts++) {
    const end = await readOnce(api, request, seen, onPage, signal);
    if (end.kind !== 'expired' || restarts >= maxRestarts) return end;
  }
}

async function readOnce(
  api: Pick<KubeApi, 'list'>,
  { path, selector = '', fields = '', pageSize = defaultPageSize, pausesMs = defaultPausesMs }: ListRequest,
  seen: Set<string>,
  onPage: (items: readonly unknown[]) => Promise<void>,
  signal: AbortSignal,
): Promise<ListEnd> {
  const filter = parameter('labelSelector', selector) + parameter('fieldSelector', fields);
  let next = '';
  do {
    const from = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const page = await readPage(api, `${path}?limit=${pageSize}${filter}${from}`, pausesMs, signal);
    if (page.kind !== 'page') return page;
    const news = page.items.filter((item) => isNew(item, seen));
    if (news.length > 0) await onPage(news);
    next = page.next;
  } while (next !== '');
  return { kind: 'complete' };
}

function parameter(name: string, value: string): string {
  return value === '' ? '' : `&${name}=${encodeURIComponent(value)}`;
}

/** Returns whether an object is not in `seen`, and adds it. Objects without a uid are always new. */
function isNew(item: unknown, seen: Set<string>): boolean {
  const uid = textAt(descend(item, ['metadata']), 'uid');
  if (uid === '') return true;
  if (seen.has(uid)) return false;
  seen.add(uid);
  return true;
}

type Page = { readonly kind: 'page'; readonly items: readonly unknown[]; readonly next: string } | ListEnd;

async function readPage(
  api: Pick<KubeApi, 'list'>,
  url: string,
  pausesMs: readonly number[],
  signal: AbortSignal,
): Promise<Page> {
  for (const pauseMs of pausesMs) {
    const page = await tryPage(api, url, signal);
    if (page.kind !== 'unavailable') return page;
    await sleep(pauseMs, undefined, { signal });
  }
  return tryPage(api, url, signal);
}

async function tryPage(api: Pick<KubeApi, 'list'>, url: string, signal: AbortSignal): Promise<Page> {
  const page = await withTimeout(pageMs, signal, async (limited): Promise<Page> => {
    const reply = await api.list(url, limited);
    if (reply.kind !== 'found') return reply;
    const items: unknown[] = [];
    try {
      const next = await readListItems(reply.value, itemLimit, (item) => items.push(item));
      return { kind: 'page', items, next };
    } catch {
      return { kind: 'unavailable', reason: 'connection' };
    }
  });
  signal.throwIfAborted();
  return page ?? { kind: 'unavailable', reason: 'timeout' };
}
