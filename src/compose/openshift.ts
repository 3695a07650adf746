import type { OpenShift, OpenShiftSettings } from '../cluster/openshift.ts';
import type { ClusterPullSecret } from '../credentials/cluster-pull-secret.ts';
import { readAuthFile } from '../engine/hosts/containers/auth-file.ts';
import { decodeBase64 } from '../lib/go-base64.ts';
import type { Log } from '../observe/log.ts';
import type { ContainersFiles } from '../registry/hosts/containers-files.ts';

/** The name of the global pull secret in messages. */
export const pullSecretName = 'openshift-config/pull-secret';

/**
 * Returns a function that returns the files of OpenShift's nodes. `timeoutMs` is the time limit of its first call; later
 * calls do not wait. It never throws.
 */
export function openShiftFiles(openShift: OpenShift, timeoutMs: number): () => Promise<ContainersFiles> {
  let last: { readonly settings: OpenShiftSettings; readonly files: ContainersFiles } | undefined;
  return async () => {
    const settings = await openShift(AbortSignal.timeout(timeoutMs)).catch(() => undefined);
    if (settings === undefined) return unknownFiles;
    if (last?.settings !== settings) last = { settings, files: filesOf(settings) };
    return last.files;
  };
}

const unknownFiles: ContainersFiles = { registries: undefined, policy: undefined, auths: undefined, problems: [] };

function filesOf({ files, pullSecret, ownRegistries }: OpenShiftSettings): ContainersFiles {
  if (files.kind !== 'files') return unknownFiles;
  const { registries, policy } = files;
  const encoded = pullSecret.kind === 'found' ? pullSecret.value.data['.dockerconfigjson'] : undefined;
  const text = decodeBase64(encoded ?? '', 'padded');
  const read = text === undefined || text === '' ? undefined : readAuthFile(text);
  if (read?.kind !== 'auths') return { registries, policy, auths: read, problems: [] };
  // The operator adds credentials for the cluster's own registry, which are not in the Secret.
  const helperHosts = new Set([...read.auths.helperHosts, ...ownRegistries]);
  return { registries, policy, auths: { kind: 'auths', auths: { ...read.auths, helperHosts } }, problems: [] };
}

/** Returns a function that reads the global pull secret for the keyring of the nodes. */
export function globalPullSecret(
  openShift: OpenShift,
): (signal: AbortSignal) => Promise<ClusterPullSecret | undefined> {
  return async (signal) => {
    const settings = await openShift(signal);
    if (settings === undefined) return undefined;
    const { pullSecret, ownRegistries } = settings;
    return { secret: pullSecret.kind === 'found' ? pullSecret.value : undefined, unseenHosts: ownRegistries };
  };
}

/** Returns a function that logs what is known of OpenShift's nodes, each time that it changes. */
export function logOpenShift(log: Log): (settings: OpenShiftSettings | undefined) => void {
  let logged: string | undefined;
  return (settings) => {
    const problems = settings === undefined ? ['the API server did not answer'] : problemsOf(settings);
    const text = problems.join('; ');
    if (text === logged) return;
    logged = text;
    if (problems.length === 0) log.info('the registry settings of OpenShift are known');
    else log.warn({ problems }, 'the registry settings of OpenShift are not known');
  };
}

function problemsOf({ files, pullSecret }: OpenShiftSettings): readonly string[] {
  const problems: string[] = [];
  if (files.kind === 'absent') problems.push('this is not OpenShift: set openshift.enabled to false');
  if (files.kind === 'forbidden') problems.push(`no permission to read ${files.resource}: add the component openshift`);
  if (files.kind === 'refused') problems.push(`the Machine Config Operator refuses the settings: ${files.reason}`);
  if (pullSecret.kind === 'forbidden') problems.push(`no permission to read the Secret ${pullSecretName}`);
  if (pullSecret.kind === 'missing') problems.push(`there is no Secret ${pullSecretName}`);
  return problems;
}
