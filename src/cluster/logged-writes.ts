import type { FailedWrite, KubeApi, Write } from './kube-api.ts';

/**
 * `api`, with every failed write reported: what the API server refuses would otherwise be a feature that is silent.
 * Conflicts are not reported, because whoever meets one reads again.
 */
export function loggedWrites(
  api: KubeApi,
  onFailure: (write: Pick<Write, 'method' | 'path'>, outcome: FailedWrite) => void,
): KubeApi {
  return {
    ...api,
    async write(write, signal) {
      const written = await api.write(write, signal);
      const { method, path } = write;
      if (written.kind !== 'written' && written.kind !== 'conflict') onFailure({ method, path }, written);
      return written;
    },
  };
}
