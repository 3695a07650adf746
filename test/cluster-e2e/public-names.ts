/*
 * A registry in the network of the cluster with the names that the documents use. Its certificate is signed by a CA of its
 * own, because public registries cannot be reached from there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';
import { until, type Cluster } from './cluster.ts';
import { good } from './images.ts';
import { run } from './kit.ts';

/** The registry of Pullgate's own image, and the one of the images that the documents try. */
export const ownRegistry = 'registry.example.com';
export const publicRegistry = 'registry.k8s.io';
const names = [ownRegistry, publicRegistry];
const address = '172.30.0.12';

export interface PublicNames {
  /** PEM of the CA of the registry. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** Starts the registry, and pushes the images that the documents name. The nodes and pods know its names. */
export async function startPublicNames(cluster: Cluster): Promise<PublicNames> {
  const { state } = cluster.kit;
  const folder = await mkdtemp(join(state, 'public-'));
  const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
  const authority = await createAuthority(validity);
  const { cert, key } = await issueLeaf(authority, { ...validity, names });
  const file = (name: string): string => join(folder, name);
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: file('images') } },
    http: { addr: `${address}:443`, tls: { certificate: file('tls.crt'), key: file('tls.key') } },
  };
  for (const [name, text] of Object.entries({ 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key }))
    await writeFile(file(name), text);
  await writeFile(file('config.yml'), JSON.stringify(config));
  // The programs on the node: its hosts file, its CAs, and containerd.
  await appendFile(join(state, 'etc/hosts'), `${address} ${names.join(' ')}\n`);
  await appendFile(join(state, 'pki/bundle.crt'), authority.cert);
  for (const name of names) {
    await mkdir(join(state, 'certs.d', name), { recursive: true });
    const toml = `server = "https://${name}"\n[host."https://${name}"]\n  ca = "${file('ca.crt')}"\n`;
    await writeFile(join(state, 'certs.d', name, 'hosts.toml'), toml);
  }
  await run(...cluster.inside('ip', 'addr', 'add', `${address}/24`, 'dev', 'node0'));
  const [program, args] = cluster.inside('docker-registry', 'serve', file('config.yml'));
  const registry = spawn(program, args, { stdio: 'ignore' });
  await tellPods(cluster);
  await cluster.kit.build(`${ownRegistry}/pullgate:0.2.0`);
  await run(...cluster.inside('skopeo', 'copy', '-q', `docker://${good}`, `docker://${publicRegistry}/pause:3.10`));
  return {
    ca: authority.cert,
    async stop() {
      registry.kill();
      if (registry.exitCode === null && registry.signalCode === null) await once(registry, 'exit');
    },
  };
}

/** Adds the names to the DNS of the cluster, as an operator does. */
async function tellPods(cluster: Cluster): Promise<void> {
  const path = 'jsonpath={.data.Corefile}';
  const corefile = await cluster.must('get', 'configmap', 'coredns', '-n', 'kube-system', '-o', path);
  const hosts = `hosts {\n  ${address} ${names.join(' ')}\n  fallthrough\n}\n`;
  const patch = { data: { Corefile: corefile.replace('forward .', `${hosts}forward .`) } };
  await cluster.must('patch', 'configmap', 'coredns', '-n', 'kube-system', '-p', JSON.stringify(patch));
  await cluster.must('rollout', 'restart', 'deployment/coredns', '-n', 'kube-system');
  const pods = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
  await cluster.must('rollout', 'status', 'deployment/coredns', '-n', 'kube-system', '--timeout=90s');
  await until(
    () => cluster.must('get', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', pods),
    (text) => text === 'True',
  );
}
