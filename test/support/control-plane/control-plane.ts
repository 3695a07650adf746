import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { createAuthority, issueLeaf } from '../../../src/tls/issue.ts';
import { controlPlaneAvailable, type Assets } from './assets.ts';
import { freePorts, startDaemon, waitFor, type Daemon } from './daemon.ts';
import { kubeconfig } from './kubeconfig.ts';
import { kubectlWith, type Kubectl } from './kubectl.ts';

/** A real etcd and kube-apiserver and, unless turned off, a controller manager. */
export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  /** PEM of the API server's CA. */
  readonly ca: string;
  /** kubectl as a member of system:masters. */
  readonly kubectl: Kubectl;
  readonly kubectlProgram: string;
  /** Writes a kubeconfig with `token` and returns its path. */
  kubeconfigFor(name: string, token: string): Promise<string>;
  /**
   * Suspends the API server: it still gets connections, but does not respond. Call the returned function to resume it.
   */
  freeze(): (this: void) => void;
  /** The events of the audit log so far. */
  auditEvents(): Promise<readonly AuditEvent[]>;
  stop(): Promise<void>;
}

/** The fields of an audit.k8s.io/v1 event that tests read. */
export interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ControlPlaneOptions {
  /** Whether to start the controller manager, so that Deployments get Pods. Default: true. */
  readonly controllers?: boolean;
}

const serviceIssuer = 'https://kubernetes.default.svc.cluster.local';
const adminGroup = 'system:masters';
const controllers =
  'namespace-controller,serviceaccount-controller,deployment-controller,replicaset-controller,garbage-collector-controller';

/** Starts a control plane. Throws if the programs are missing, or with the log of a program that does not start. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const available = await controlPlaneAvailable();
  if (available.kind === 'absent') throw new Error(available.reason);
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-control-plane-'));
  const daemons: Daemon[] = [];

  async function stop(): Promise<void> {
    for (const daemon of daemons.toReversed()) await daemon.stop();
    await rm(directory, { recursive: true, force: true });
  }

  try {
    return await start(available.assets, directory, daemons, options, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  assets: Assets,
  directory: string,
  daemons: Daemon[],
  options: ControlPlaneOptions,
  stop: () => Promise<void>,
): Promise<ControlPlane> {
  const [clientPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  const file = (name: string): string => join(directory, name);
  const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
  const authority = await createAuthority(validity);
  const names = ['127.0.0.1', 'localhost', 'kubernetes.default.svc'];
  const certificate = await issueLeaf(authority, { ...validity, names });
  const issuer = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const tokens = { admin: randomBytes(16).toString('hex'), manager: randomBytes(16).toString('hex') };
  const texts = {
    'ca.crt': authority.cert,
    'api.crt': certificate.cert,
    'api.key': certificate.key,
    'issuer.key': issuer.privateKey,
    'issuer.pub': issuer.publicKey,
    'tokens.csv': `${tokens.admin},admin,admin,${adminGroup}\n${tokens.manager},system:kube-controller-manager,manager,\n`,
    'audit.yaml': JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata' }],
    }),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(file(name), text, { mode: 0o600 });

  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  daemons.push(
    startDaemon('etcd', assets.etcd, [
      `--data-dir=${file('etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ]),
  );
  const api = startDaemon('kube-apiserver', assets['kube-apiserver'], [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${file('api.crt')}`,
    `--tls-private-key-file=${file('api.key')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    `--service-account-issuer=${serviceIssuer}`,
    `--service-account-signing-key-file=${file('issuer.key')}`,
    `--service-account-key-file=${file('issuer.pub')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    `--audit-policy-file=${file('audit.yaml')}`,
    `--audit-log-path=${file('audit.log')}`,
    '--endpoint-reconciler-type=none',
    '--enable-priority-and-fairness=true',
  ]);
  daemons.push(api);

  const url = `https://127.0.0.1:${apiPort}`;
  await withAgent(authority.cert, (dispatcher) =>
    waitFor(api, async () => {
      const headers = { authorization: `Bearer ${tokens.admin}` };
      const response = await request(`${url}/readyz`, { dispatcher, headers });
      await response.body.dump();
      return response.statusCode === 200;
    }),
  );

  async function kubeconfigFor(name: string, token: string): Promise<string> {
    const path = file(`${name}.kubeconfig`);
    await writeFile(path, kubeconfig({ url, ca: authority.cert, token }), { mode: 0o600 });
    return path;
  }

  const kubectl = kubectlWith(assets.kubectl, await kubeconfigFor('admin', tokens.admin));
  if (options.controllers !== false) {
    const manager = startDaemon('kube-controller-manager', assets['kube-controller-manager'], [
      `--kubeconfig=${await kubeconfigFor('manager', tokens.manager)}`,
      `--service-account-private-key-file=${file('issuer.key')}`,
      `--root-ca-file=${file('ca.crt')}`,
      '--use-service-account-credentials=true',
      '--leader-elect=false',
      '--secure-port=0',
      `--controllers=${controllers}`,
    ]);
    daemons.push(manager);
    await waitFor(manager, async () => (await kubectl(['get', 'serviceaccount', 'default'])).code === 0);
  }

  return {
    url,
    ca: authority.cert,
    kubectl,
    kubectlProgram: assets.kubectl,
    kubeconfigFor,
    freeze() {
      process.kill(api.pid, 'SIGSTOP');
      return () => void process.kill(api.pid, 'SIGCONT');
    },
    async auditEvents() {
      const lines = (await readFile(file('audit.log'), 'utf8')).split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as AuditEvent);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function withAgent<T>(ca: string, run: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = new Agent({ connect: { ca } });
  try {
    return await run(agent);
  } finally {
    await agent.close();
  }
}
