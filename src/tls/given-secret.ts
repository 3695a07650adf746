import type { SecretStore } from './shared-secret.ts';
import type { RunningSource } from './source.ts';
import { watchedSource, type SourceProblem, type WatchOptions } from './watched-source.ts';

/**
 * The certificate in a Secret that another program writes. It is read through the API, which needs no mount and is
 * faster than the kubelet's update of a mount. Resolves to the problem if there is no certificate at the start.
 */
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
