import type { Target } from './ask.ts';
import { member, parseJson } from '../lib/json.ts';
import type { Request } from './request.ts';
import { withTimeout } from '../lib/wait.ts';

/** What is read of a list of tags, in bytes, and how many are asked for. */
const listLimit = 1024 * 1024;
const pageSize = 1000;
/** What suggestions are worth, in ms: whoever lists his tags slowly must not cost the verdict. */
const listTimeoutMs = 1000;

/**
 * The tags of a repository from the first host that lists them, one page of them: they are for suggestions. None
 * where no host does, or not soon. Mirrors the distribution specification's `GET /v2/<name>/tags/list`.
 */
export async function listTags(
  request: Request,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return (await withTimeout(listTimeoutMs, signal, (hurried) => listed(request, targets, hurried))) ?? [];
}

async function listed(request: Request, targets: readonly Target[], signal: AbortSignal): Promise<readonly string[]> {
  for (const target of targets) {
    const reply = await request(
      {
        target,
        asked: 'manifest',
        method: 'GET',
        path: 'tags/list',
        query: { n: String(pageSize) },
        accept: 'application/json',
        limit: listLimit,
      },
      signal,
    );
    if (reply.kind !== 'reply' || reply.status >= 300 || reply.cut) continue;
    const tags = member(parseJson(reply.body), 'tags');
    if (Array.isArray(tags)) return tags.filter(isTag);
  }
  return [];
}

/** Tags are shown: what is none is dropped. */
function isTag(value: unknown): value is string {
  return typeof value === 'string' && /^\w[\w.-]{0,127}$/.test(value);
}
