import type { Reply, Target } from './ask.ts';
import { partFinder, secretTexts } from './echo.ts';
import { member, parseJson } from '../lib/json.ts';
import type { Request } from './request.ts';

/** How much of a list of tags is read, in bytes. */
const listLimit = 1024 * 1024;
/** How many tags are requested and kept. */
const pageSize = 1000;

/**
 * Returns the tags of a repository, for suggestions: one page from the first host that lists them. Empty if no host
 * lists them. Throws if `signal` aborts. Mirrors `GET /v2/<name>/tags/list` of the OCI distribution specification.
 */
export async function listTags(
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
    // Some registries ignore how many tags are requested.
    return tags.slice(0, pageSize).filter((tag) => isTag(tag) && !holdsPart(tag));
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

/** Tags are shown to users, so anything that is not a valid tag is dropped. */
function isTag(value: unknown): value is string {
  return typeof value === 'string' && /^\w[\w.-]{0,127}$/.test(value);
}
