import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostSettings } from '../../engine/hosts/hosts-toml.ts';

/**
 * Returns the certificates of a folder without a valid hosts.toml, in Docker's layout: `*.crt` are CAs, `*.cert` and
 * `*.key` are client certificates and their keys. Never throws. Mirrors loadCertFiles of containerd v2.4.2
 * core/remotes/docker/config/hosts.go.
 */
export async function certificatesIn(folder: string): Promise<HostSettings> {
  const names = (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const ca = names.filter((name) => name.endsWith('.crt')).map((name) => join(folder, name));
  const client = names
    .filter((name) => name.endsWith('.cert'))
    .map((name) => [name, name.replace(/\.cert$/, '.key')] as const)
    .map(([cert, key]) => [join(folder, cert), names.includes(key) ? join(folder, key) : ''] as const);
  return { ...(ca.length > 0 && { ca }), ...(client.length > 0 && { client }) };
}
