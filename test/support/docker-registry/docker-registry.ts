/* The Debian package docker-registry with TLS on loopback. Images are pushed over its HTTP API. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { createAuthority, issueLeaf } from '../../../src/tls/issue.ts';
import { freePorts, startDaemon, waitFor } from '../control-plane/daemon.ts';
import { pushImage } from './push.ts';

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as in image references. */
  readonly host: string;
  /** Path of its CA certificate. */
  readonly caFile: string;
  /** Pushes a small image and returns its digest. */
  push(repository: string, tag: string): Promise<string>;
  stop(): Promise<void>;
}

/** The user who may pull from a secured registry. */
export const puller = { username: 'puller', password: 'correct-horse' };

/** The bcrypt hash of that password. The registry supports no other kind of hash. */
const htpasswd = `${puller.username}:$2b$05$abcdefghijklmnopqrstuuZ0Fx87Pb/Aqb0E90lfvCwzXnaFKUHpS\n`;

/**
 * Options of a test or suite that needs docker-registry: skips it if the program is missing. Throws instead if
 * `CI=true`.
 */
export async function needsDockerRegistry(): Promise<{ readonly skip?: string }> {
  try {
    await promisify(execFile)('docker-registry', ['--version']);
    return {};
  } catch {
    const reason = 'no docker-registry: apt-get install docker-registry';
    if (process.env['CI'] === 'true') throw new Error(reason);
    return { skip: reason };
  }
}

/** Starts docker-registry on loopback with TLS. `secured`: with Basic authentication. */
export async function startDockerRegistry({ secured }: { readonly secured: boolean }): Promise<DockerRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-docker-registry-'));
  const file = (name: string): string => join(directory, name);
  const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
  const authority = await createAuthority(validity);
  const certificate = await issueLeaf(authority, { ...validity, names: ['127.0.0.1', 'localhost'] });
  const [port = 0] = await freePorts(1);
  const host = `127.0.0.1:${port}`;
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: file('images') } },
    http: { addr: host, tls: { certificate: file('tls.crt'), key: file('tls.key') } },
    ...(secured && { auth: { htpasswd: { realm: 'test', path: file('htpasswd') } } }),
  };
  await writeFile(file('ca.crt'), authority.cert);
  await writeFile(file('tls.crt'), certificate.cert);
  await writeFile(file('tls.key'), certificate.key, { mode: 0o600 });
  await writeFile(file('htpasswd'), htpasswd);
  await writeFile(file('config.yml'), JSON.stringify(config));

  const daemon = startDaemon('docker-registry', 'docker-registry', ['serve', file('config.yml')]);
  const dispatcher = new Agent({ connect: { ca: authority.cert } });
  const basic = Buffer.from(`${puller.username}:${puller.password}`).toString('base64');
  const target = { url: `https://${host}`, dispatcher, headers: secured ? { authorization: `Basic ${basic}` } : {} };

  async function stop(): Promise<void> {
    await dispatcher.destroy();
    await daemon.stop();
    await rm(directory, { recursive: true, force: true });
  }

  try {
    await waitFor(daemon, async () => {
      const response = await request(`${target.url}/v2/`, { dispatcher, headers: target.headers });
      await response.body.dump();
      return response.statusCode === 200;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    caFile: file('ca.crt'),
    push: (repository, tag) => pushImage(target, repository, tag),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
