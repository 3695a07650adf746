import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { apiServerDouble } from '../support/api-server-double.ts';
import { tlsIdentity } from '../support/certificates.ts';
import { listenOnLoopback } from '../support/loopback.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'pullgate-start-'));
const api = await apiServerDouble();
const taken = await listenOnLoopback(createServer());
const nobody = await closedPort();

before(async () => {
  const { cert, key } = await tlsIdentity('trusted');
  await Promise.all([
    write('tls.crt', cert),
    write('tls.key', key),
    write('text.pem', 'hello'),
    write('kubeconfig', kubeconfig(api.url)),
    write('nobody', kubeconfig(`http://127.0.0.1:${nobody}`)),
    write('no-kubeconfig', 'clusters: ['),
  ]);
});
after(async () => {
  await Promise.all([api.close(), taken[Symbol.asyncDispose](), rm(folder, { recursive: true })]);
});

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

/** client-node speaks plain HTTP only if certificates are not verified. */
function kubeconfig(server: string): string {
  return JSON.stringify({
    clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    'current-context': 'here',
  });
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs `pullgate` with `args` in the folder of the files above, until it exits. */
async function pullgate(
  args: readonly string[],
  onLog: (line: string, pid: number) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { PATH: process.env['PATH'] } });
  child.stdout.on('data', (line: Buffer) => onLog(line.toString(), child.pid ?? 0));
  const [text, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close') as Promise<[number | null]>]);
  return { code, stderr: Buffer.concat(text as Buffer[]).toString() };
}

/** A config that can start, except for what `settings` changes. */
function configText(settings: object): string {
  return stringify({
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    nodes: { enabled: false },
    server: { address: '127.0.0.1', port: 0, drain: '0s' },
    tls: { source: 'files', certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') },
    ...settings,
  });
}

interface Failure {
  readonly it: string;
  readonly args?: readonly string[];
  readonly settings?: object;
  readonly error: RegExp;
}

const kube = ['--kubeconfig', 'kubeconfig'];
const files = { source: 'files', certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' };

const failures: readonly Failure[] = [
  { it: 'a missing config file', args: ['--config', 'none.yaml'], error: /^pullgate: none\.yaml: cannot be read/ },
  { it: 'an unknown key', settings: { profil: 'audit' }, error: /^pullgate: .*\.yaml:\d+: profil: unknown key/ },
  { it: 'an invalid value', settings: { deadline: 'soon' }, error: /^pullgate: .*\.yaml:\d+: deadline: expected/ },
  { it: 'a flag with a wrong value', args: ['--port', 'https'], error: /^pullgate: --port: expected a whole number/ },
  { it: 'an unknown flag', args: ['--wrong'], error: /unknown option '--wrong'/ },
  { it: 'a missing kubeconfig', args: ['--kubeconfig', 'none'], error: /^pullgate: none: .*kubeconfig/ },
  { it: 'an invalid kubeconfig', args: ['--kubeconfig', 'no-kubeconfig'], error: /^pullgate: no-kubeconfig: / },
  { it: 'an API server that does not answer', args: ['--kubeconfig', 'nobody'], error: /API server cannot be reached/ },
  {
    it: 'missing certificate files',
    settings: { tls: files },
    error: /tls\.crt and .*tls\.key: no certificate/,
  },
  {
    it: 'a client CA file without a certificate',
    settings: { tls: { clientCA: join(folder, 'text.pem') } },
    error: /text\.pem: has no PEM certificate \(tls\.clientCA\)/,
  },
  {
    it: 'a missing CA file of a registry',
    settings: { registries: [{ host: 'r.example.com', ca: '/nowhere/ca.pem' }] },
    error: /^pullgate: \/nowhere\/ca\.pem: cannot be read/,
  },
  {
    it: 'a port in use',
    settings: { server: { address: '127.0.0.1', port: taken.port } },
    error: new RegExp(`cannot listen on port ${taken.port} of 127\\.0\\.0\\.1 \\(the address is in use\\)`),
  },
  {
    it: 'a metrics port in use',
    settings: { server: { address: '127.0.0.1', port: 0, metricsPort: taken.port } },
    error: new RegExp(`cannot listen on port ${taken.port} of 127\\.0\\.0\\.1 \\(the address is in use\\)`),
  },
];

/** The command line: `args`, or a valid kubeconfig and a config with `settings`. */
async function argsOf({ args, settings }: Failure, name: string): Promise<readonly string[]> {
  if (settings === undefined) return ['serve', ...(args ?? [])];
  await write(name, configText(settings));
  return ['serve', ...kube, '--config', name];
}

describe('a failed start prints one line and exits with 2', { concurrency: 3 }, () => {
  for (const [at, failure] of failures.entries()) {
    test(failure.it, { timeout: 60_000 }, async () => {
      const { code, stderr } = await pullgate(await argsOf(failure, `${at}.yaml`));
      assert.match(stderr, failure.error);
      // If the command line is wrong, a second line shows how to get help.
      const lines = stderr.trimEnd().replace(/\n\(pullgate .*--help .*\)$/, '');
      assert.deepEqual([lines.split('\n').length, code], [1, 2], stderr);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
});

describe('after SIGTERM, the process exits with 0 and an empty stderr', { concurrency: 2 }, () => {
  const phases = [
    { it: 'while it serves', kubeconfig: 'kubeconfig', until: /"listening"/ },
    { it: 'while it waits for the API server', kubeconfig: 'nobody', until: /does not answer yet/ },
  ];
  for (const { it, kubeconfig, until } of phases) {
    test(it, { timeout: 60_000 }, async () => {
      await write(`${kubeconfig}.yaml`, configText({}));
      const args = ['serve', '--kubeconfig', kubeconfig, '--config', `${kubeconfig}.yaml`];
      const ended = await pullgate(args, (line, pid) => void (until.test(line) && process.kill(pid, 'SIGTERM')));
      assert.deepEqual(ended, { code: 0, stderr: '' });
    });
  }
});
