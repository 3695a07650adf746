import type { ImageReference } from './image/image-reference.ts';
import { buildKeyring, lookup, type Keyring } from './keyring/keyring.ts';
import type { Ports } from './ports.ts';
import { readSecrets } from './secret-reads.ts';
import type { Workload } from './workload/workload.ts';

/**
 * Returns the name of a secret of the ServiceAccount that has a credential for the image, but that the kubelet ignores,
 * because the pod lists other secrets. Undefined if there is none, or if this cannot be known. Throws only if the signal
 * aborts, or for a bug.
 */
export type ShadowedSecret = (reference: ImageReference) => Promise<string | undefined>;

/** Returns a function that reads those secrets for the first image, and then uses them for all images. */
export function shadowedSecrets(
  workload: Workload,
  ports: Pick<Ports, 'cluster' | 'breathe'>,
  signal: AbortSignal,
): ShadowedSecret {
  let reading: Promise<readonly { readonly name: string; readonly keyring: Keyring }[]> | undefined;
  return async (reference) => {
    const ignored = await (reading ??= ignoredSecrets(workload, ports, signal));
    const fits = ignored.find(({ keyring }) => lookup(keyring, reference).some(({ kind }) => kind === 'basic'));
    return fits?.name;
  };
}

async function ignoredSecrets(
  { namespace, pullSecrets, serviceAccount }: Workload,
  ports: Pick<Ports, 'cluster' | 'breathe'>,
  signal: AbortSignal,
) {
  if (pullSecrets.length === 0) return [];
  const account = await ports.cluster.serviceAccount(namespace, serviceAccount, signal);
  const own = new Set(pullSecrets);
  const names = account.kind === 'found' ? account.value.imagePullSecrets : [];
  const ignored = names.filter((name) => name !== '' && !own.has(name));
  const { secrets } = await readSecrets(namespace, ignored, ports, signal);
  return secrets.flatMap((secret) =>
    secret.kind === 'read' ? [{ name: secret.name, keyring: buildKeyring([secret.keys]) }] : [],
  );
}
