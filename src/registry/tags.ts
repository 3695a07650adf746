import type { Reply, Target } from './ask.ts';
import { partFinder, secretTexts } from './echo.ts';
import { member, parseJson } from '../lib/json.ts';
import type { Request } from './request.ts';
import { withTimeout } from '../lib/wait.ts';

/** How much of a list of tags is read, in bytes. */
const listLimit = 1024 * 1024;
/** How many tags are requested. */
const pageSize = 1000;
/** How many characters of tags are read. */
const maxCharacters = 200_000;
/** Time limit for the list, in ms. Tags are only suggestions: a slow list must not cost us the verdict. */
const listTimeoutMs = 1000;

/**
 * Returns the tags of a repository, for suggestions: one page from the first host that lists them. Empty if no host
 * lists them in time. Throws if `signal` aborts. Mirrors `GET /v2/<name>/tags/list` of the OCI distribution
 * specification.
 */
export async function listTags(
  request: Request,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return (await withTimeout(listTimeoutMs, signal, (timed) => firstList(request, targets, timed))) ?? [];
}

async function firstList(
  request: Request,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly string[]> {
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
    if (!Array.isArray(tags)) continue;
    const holdsPart = partFinder(secretsFor(target, reply), partLength);
    return firstTags(tags).filter((tag) => !holdsPart(tag));
  }
  return [];
}

/**
 * A tag with this many characters of the credential in a row is never shown, because the registry may have written it to
 * reveal them. Secrets with fewer than four characters are not looked for, because tags contain them by chance.
 */
const partLength = 6;

function secretsFor({ credential }: Target, { sent }: Reply): readonly string[] {
  const token = sent?.scheme === 'bearer' ? [sent.header.replace('Bearer ', '')] : [];
  return [...secretTexts(credential), ...token].filter((text) => text.length >= 4);
}

/** Some registries ignore how many tags are requested. Returns the first ones, so that to search them takes little time. */
function firstTags(tags: readonly unknown[]): readonly string[] {
  let left = maxCharacters;
  return tags.filter(isTag).filter((tag) => (left -= tag.length) >= 0);
}

/** Tags are shown to users, so anything that is not a valid tag is dropped. */
function isTag(value: unknown): value is string {
  return typeof value === 'string' && /^\w[\w.-]{0,127}$/.test(value);
}
