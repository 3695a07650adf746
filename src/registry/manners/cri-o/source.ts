import type { Target } from '../../ask.ts';

/** Returns the text by which a descriptor names the source that it came from: host and repository. */
export function sourceOf({ host, repository }: Pick<Target, 'host' | 'repository'>): string {
  return `${host.host}/${repository}`;
}
