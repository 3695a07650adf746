import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import type { ReviewPaths } from '../tls/review-paths.ts';

/**
 * Returns a function that warns if the path for reviews can be guessed and no client certificate is required. It logs
 * only changes, so it may be called often.
 */
export function logOpenDoor({ tls }: Config, log: Log, paths: Pick<ReviewPaths, 'guessable'>): () => void {
  let open = false;
  return () => {
    const before = open;
    open = paths.guessable() && tls.clientCA === undefined;
    if (open && !before) {
      log.warn(
        'anyone who reaches the port may ask for a review, because the path of the webhook can be guessed; remove it from the webhook configuration, or set PULLGATE_PATH_TOKEN or tls.clientCA',
      );
    }
    if (before && !open) log.info('only those who know the path of the webhook may ask for a review');
  };
}
