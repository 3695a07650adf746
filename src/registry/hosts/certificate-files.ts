import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { certificatesIn } from '../../lib/pem.ts';
import type { RegistryHost } from '../../engine/hosts/registry-hosts.ts';

/** A file of the node's configuration that cannot be used as it is. `reason` is one of a few fixed texts. */
export interface FileProblem {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  readonly reason: string;
  /** What the node does: it ignores the file or the part, it fails every pull, or the runtime does not start. */
  readonly effect?: 'ignored' | 'every pull fails' | 'does not start';
}

/**
 * Returns the first CA or client certificate that containerd could not load. Every pull through these hosts then fails.
 * Undefined if all can be loaded. Never throws. Mirrors updateTLSConfigFromHost of containerd v2.4.2
 * core/remotes/docker/config/hosts.go.
 */
export async function certificateProblem(hosts: readonly RegistryHost[]): Promise<FileProblem | undefined> {
  for (const { ca, client } of hosts) {
    for (const file of ca) {
      const text = await read(file);
      if (text === undefined) return { file, reason: 'the CA file cannot be read' };
      if (certificatesIn(text).length === 0) return { file, reason: 'the CA file contains no certificate' };
    }
    for (const [file, keyFile] of client) {
      const certificate = await read(file);
      const key = keyFile === '' ? certificate : await read(keyFile);
      if (certificate === undefined || key === undefined)
        return { file, reason: 'the client certificate cannot be read' };
      if (!isPair(certificate, key)) return { file, reason: 'the client certificate and its key do not match' };
    }
  }
  return undefined;
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** Like tls.X509KeyPair of Go 1.26. Without a PEM block, OpenSSL would ignore the text. */
function isPair(cert: string, key: string): boolean {
  if (certificatesIn(cert).length === 0 || !/-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----/.test(key)) return false;
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}
