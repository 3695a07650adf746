import type { SecretStore } from './secret-source.ts';
import type { RunningSource } from './source.ts';
import { watchedSource, type SourceProblem, type WatchOptions } from './watched-source.ts';

/** The certificate in a Secret that somebody else fills, read through the API: no mount, and no delay of the kubelet's. */
export function givenSecretSource(
  secret: Pick<SecretStore, 'read'>,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<RunningSource | SourceProblem> {
  return watchedSource(
    async (signal) => {
      const lookup = await secret.read(signal);
      if (lookup.kind !== 'found') return lookup.kind;
      const { 'tls.key': key, 'tls.crt': cert } = lookup.value.data;
      return key === undefined || cert === undefined ? 'no-pair' : { key, cert };
    },
    options,
    signal,
  );
}
