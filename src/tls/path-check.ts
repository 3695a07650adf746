import { systemClock } from '../lib/clock.ts';
import { withDeadline } from '../lib/wait.ts';
import { plainPath, type ReviewPaths } from './review-paths.ts';

/** How long a request may wait for a look at the webhook configuration, in ms. */
const lookMs = 5_000;

const never = new AbortController().signal;

/**
 * Returns a function that tells whether reviews may be sent to a path. If the path looks like one of a webhook but is not
 * accepted, the webhook configuration may have changed a moment ago: then the answer waits for `look`, which reads it.
 */
export function pathCheck(
  paths: ReviewPaths,
  look?: () => Promise<unknown>,
): (path: string) => boolean | Promise<boolean> {
  return (path) => {
    if (paths.accepts(path)) return true;
    const possible = path === '/' || path === plainPath || path.startsWith(`${plainPath}/`);
    if (look === undefined || !possible) return false;
    return withDeadline(lookMs, look(), systemClock, never).then(() => paths.accepts(path));
  };
}
