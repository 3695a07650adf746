import type { FailedWrite, KubeApi, Write } from './kube-api.ts';

/**
 * `api` with a report of each failed write. Without the report, a feature whose writes are rejected would stop
 * silently. Conflicts are not reported, because the caller reads and tries again.
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
