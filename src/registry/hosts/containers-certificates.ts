import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { certificatesIn } from '../../lib/pem.ts';
import { type Reading, watchedReading } from '../../lib/watched-reading.ts';
import type { FileProblem } from './certificate-files.ts';

/** The certificates for one host. `unusable`: CRI-O sends no request to the host. */
export type HostCertificates =
  | ({ readonly kind: 'certificates' } & Pick<RegistryHost, 'ca' | 'client'>)
  | { readonly kind: 'unusable'; readonly problem: FileProblem };

/** Returns the certificates for a host, as registries.conf names it. Never throws. */
export type CertificatesFor = (host: string) => Promise<HostCertificates>;

const maxHosts = 1_000;

/**
 * Returns the certificates in the folder `certs.d` of containers/image: `*.crt` are CAs, `*.cert` and `*.key` are client
 * certificates and their keys. Mirrors SetupCertificates of containers/image v5.35.0 pkg/tlsclientconfig. Other folders
 * that CRI-O looks at, such as /etc/docker/certs.d, are not known here.
 */
export function containersCertificates(folder: string, now: () => number = Date.now): CertificatesFor {
  const readings = new LRUCache<string, () => Promise<HostCertificates>>({ max: maxHosts });
  return (host) => {
    const reading = readings.get(host) ?? watchedReading(() => readFolder(join(folder, host)), now);
    readings.set(host, reading);
    return reading();
  };
}

async function readFolder(folder: string): Promise<Reading<HostCertificates>> {
  const entries: readonly string[] = await readdir(folder).catch(() => []);
  const names = entries.toSorted();
  const files = [folder, ...names.map((name) => join(folder, name))];
  const missing = unpaired(names);
  if (missing !== undefined)
    return { files, value: { kind: 'unusable', problem: { ...missing, file: join(folder, missing.file) } } };
  const ca: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.crt'))) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined)
      return { files, value: { kind: 'unusable', problem: { file, reason: 'the CA file cannot be read' } } };
    // A file without a certificate is ignored.
    if (certificatesIn(text).length > 0) ca.push(file);
  }
  const client = names
    .filter((name) => name.endsWith('.cert'))
    .map((name) => [join(folder, name), join(folder, name.replace(/\.cert$/, '.key'))] as const);
  return { files, value: { kind: 'certificates', ca, client } };
}

/** Returns a client certificate without its key, or a key without its certificate. */
function unpaired(names: readonly string[]): FileProblem | undefined {
  const lone = (ending: string, other: string, reason: string): FileProblem | undefined => {
    const file = names.find(
      (name) => name.endsWith(ending) && !names.includes(`${name.slice(0, -ending.length)}${other}`),
    );
    return file === undefined ? undefined : { file, reason };
  };
  return (
    lone('.cert', '.key', 'the client certificate has no key') ??
    lone('.key', '.cert', 'the key has no client certificate')
  );
}
