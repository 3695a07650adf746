import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../src/cli/fail-on.ts';
import { scanCommand, type ScanCommandOptions } from '../../src/compose/scan-command.ts';
import { arrayOf, objectOf, type JsonObject } from '../../src/lib/json.ts';
import { apiServerDouble, type ApiServerDouble } from './api-server-double.ts';
import { patient } from './fake-registry.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { publicRegistry } from './registries.ts';
import type { RegistryScript } from './scripted-registry/script.ts';
import { startScript, type RunningScript } from './scripted-registry/start.ts';

const config = `apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
network: {allowLoopback: true}
nodes: {enabled: false}
`;

/** An API server with workloads, a registry, and `pullgate scan`. */
export interface ScanStage extends AsyncDisposable {
  readonly api: ApiServerDouble;
  readonly registry: RunningScript;
  readonly host: string;
  /** A folder with `kubeconfig` and `pullgate.yaml`. */
  readonly folder: string;
  /** Stores an object of a collection such as `apps/v1/deployments`. */
  readonly put: (collection: string, namespace: string, name: string, object: JsonObject) => void;
  scan(options?: Partial<ScanCommandOptions>): Promise<Scan>;
}

/** What a scan returns and writes. */
export interface Scan {
  readonly outcome: Outcome;
  readonly stdout: string;
  readonly stderr: string;
  /** The titles of the objects, with the kinds of their findings. */
  readonly found: Readonly<Record<string, string>>;
}

/** Starts an API server without workloads, and a registry that serves `team/app:v1`. */
export async function scanStage(script: RegistryScript = publicRegistry()): Promise<ScanStage> {
  const [api, registry, folder] = await Promise.all([
    apiServerDouble(),
    startScript(script),
    mkdtemp(join(tmpdir(), 'pullgate-scan-')),
  ]);
  api.objects.set('/version', { metadata: { name: 'version' } });
  api.serve('/api/v1', ['pods', 'podtemplates', 'replicationcontrollers']);
  api.serve('/apis/apps/v1', ['deployments', 'replicasets', 'statefulsets', 'daemonsets']);
  api.serve('/apis/batch/v1', ['jobs', 'cronjobs']);
  await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(api.connection.server));
  await writeFile(join(folder, 'pullgate.yaml'), config);
  return {
    api,
    registry,
    host: registry.symbols['registry'] ?? '',
    folder,
    put(collection, namespace, name, object) {
      const [, group, resource] = /^(.*)\/([^/]+)$/.exec(collection) ?? [];
      const path = `${group === 'v1' ? '/api/v1' : `/apis/${group}`}/namespaces/${namespace}/${resource}/${name}`;
      const metadata = { ...objectOf(object['metadata']), name, namespace, uid: `${resource}-${namespace}-${name}` };
      api.objects.set(path, { ...object, metadata });
    },
    async scan(options = {}) {
      let stdout = '';
      let stderr = '';
      const outcome = await scanCommand(
        {
          name: 'pullgate',
          allNamespaces: true,
          outputs: [{ format: 'json' }],
          failOn: 'deny',
          quiet: false,
          timeout: 120_000,
          rate: 10_000,
          kubeconfig: join(folder, 'kubeconfig'),
          config: join(folder, 'pullgate.yaml'),
          overrides: {},
          environment: {},
          ...options,
        },
        { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) } },
        patient(),
      );
      return { outcome, stdout, stderr, found: stdout.startsWith('{') ? foundIn(stdout) : {} };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([api.close(), registry.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

function foundIn(json: string): Readonly<Record<string, string>> {
  const objects = arrayOf(objectOf(JSON.parse(json))['objects']).map(objectOf);
  return Object.fromEntries(
    objects.map(({ kind, namespace, name, findings }) => [
      `${String(kind)} ${String(namespace)}/${String(name)}`,
      arrayOf(findings)
        .map((finding) => String(objectOf(finding)['kind']))
        .join(' '),
    ]),
  );
}
