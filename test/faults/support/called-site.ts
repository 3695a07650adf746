/*
 * A real API server that calls replicas of the real program through a Service, with the shipped manifests and
 * failurePolicy Fail. The Service leads to a proxy on loopback, because there is no network of pods.
 */
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Agent, request } from 'undici';
import type { JsonObject } from '../../../src/lib/json.ts';
import { startControlPlane, type ControlPlane } from '../../support/control-plane/control-plane.ts';
import { freePorts, startDaemon, waitFor, type Daemon } from '../../support/control-plane/daemon.ts';
import { succeed } from '../../support/control-plane/kubectl.ts';
import { manifests } from '../../support/overlay.ts';
import { shippedRules } from '../../support/shipped-rules.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** The webhook configuration, for kubectl. */
export const webhookName = 'validatingwebhookconfiguration/pullgate';

const configurationPath = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pullgate';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The fields of a webhook that tests read. */
export interface StoredWebhook {
  readonly rules?: readonly object[];
  readonly clientConfig: { readonly caBundle?: string; readonly service?: { readonly path?: string } };
}

/** What the API server has stored for the first webhook. */
export interface StoredEntry {
  readonly path: string | undefined;
  /** PEM. */
  readonly bundle: string;
}

export interface CalledReplica {
  readonly daemon: Daemon;
  readonly port: number;
  readonly metricsPort: number;
}

export interface StartOptions {
  /** Fields of `tls` in the config. */
  readonly tls?: JsonObject;
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether to return before the replica is ready. Default: false. */
  readonly early?: boolean;
}

export interface CalledSite extends AsyncDisposable {
  readonly plane: ControlPlane;
  /** Starts a replica. When it is ready, the Service leads to it too. */
  start(options?: StartOptions): Promise<CalledReplica>;
  /** Lets the Service lead to a replica that was started early. */
  serve(replica: CalledReplica): void;
  /** Stops a replica. The Service no longer leads to it. */
  stop(replica: CalledReplica): Promise<void>;
  /** Creates a PodTemplate with this image in a dry run, and returns the answer of the API server. */
  create(image: string): Promise<Answer>;
  /** Changes the webhook configuration with a JSON patch. */
  patch(...operations: readonly object[]): Promise<void>;
  webhooks(): Promise<readonly StoredWebhook[]>;
  entry(): Promise<StoredEntry>;
}

const main = join(import.meta.dirname, '../../../src/main.ts');

export interface SiteOptions {
  /** Whether the webhook has no rules yet, as after a first install. Default: false. */
  readonly fresh?: boolean;
}

/** Starts the API server and applies the manifests. */
export async function openCalledSite({ fresh = false }: SiteOptions = {}): Promise<CalledSite> {
  await using stack = new AsyncDisposableStack();
  const plane = stack.use(await startControlPlane({ controllers: false }));
  const replicas = new Set<CalledReplica>();
  let turn = 0;
  const proxy = stack.use(
    await startTcpProxy({ target: () => [...replicas].at(turn++ % Math.max(1, replicas.size))?.port }),
  );
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pullgate-called-')));
  stack.defer(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization(folder, proxy.port, fresh)));
  await succeed(plane.kubectl, ['apply', '-k', folder]);
  await succeed(plane.kubectl, ['create', 'namespace', 'team']);
  const admin = ['clusterrolebinding', 'creator', '--clusterrole=cluster-admin', '--serviceaccount=pullgate:creator'];
  await succeed(plane.kubectl, ['create', 'serviceaccount', 'creator', '-n', 'pullgate']);
  await succeed(plane.kubectl, ['create', ...admin]);
  const dispatcher = new Agent({ connect: { ca: plane.ca } });
  stack.defer(() => dispatcher.destroy());
  const authorization = `Bearer ${await tokenOf('creator')}`;
  const kubeconfig = await plane.kubeconfigFor('pullgate', await tokenOf('pullgate'));

  async function call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<Answer> {
    const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
    const response = await request(`${plane.url}${path}`, {
      method,
      dispatcher,
      headers: { authorization, 'content-type': type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  async function webhooks(): Promise<readonly StoredWebhook[]> {
    const { text } = await call('GET', configurationPath);
    return (JSON.parse(text) as { readonly webhooks: readonly StoredWebhook[] }).webhooks;
  }

  async function tokenOf(account: string): Promise<string> {
    return (await succeed(plane.kubectl, ['create', 'token', account, '-n', 'pullgate'])).trim();
  }

  async function stop(replica: CalledReplica): Promise<void> {
    replicas.delete(replica);
    await replica.daemon.stop();
  }

  const resources = stack.move();
  return {
    plane,
    stop,
    serve: (replica) => void replicas.add(replica),
    async start({ tls = {}, nodeOptions = [], environment = {}, early = false } = {}) {
      const [port = 0, metricsPort = 0] = await freePorts(2);
      const config = join(folder, `config-${port}.json`);
      await writeFile(
        config,
        JSON.stringify({
          apiVersion: 'pullgate.dev/v1alpha1',
          kind: 'PullgateConfiguration',
          network: { allowLoopback: true },
          tls: { webhookConfiguration: 'pullgate', ...tls },
          server: { address: '127.0.0.1', port, metricsPort, drain: '0s', grace: '4s' },
        }),
      );
      const args = [...nodeOptions, main, 'serve', '--config', config, '--kubeconfig', kubeconfig];
      const env = { POD_NAMESPACE: 'pullgate', ...environment };
      const daemon = startDaemon('pullgate', process.execPath, args, { env });
      const replica = { daemon, port, metricsPort };
      resources.defer(() => stop(replica));
      if (early) return replica;
      await waitFor(daemon, async () => {
        const response = await request(`http://127.0.0.1:${metricsPort}/readyz`);
        await response.body.dump();
        return response.statusCode === 200;
      });
      replicas.add(replica);
      return replica;
    },
    create(image) {
      const body = {
        apiVersion: 'v1',
        kind: 'PodTemplate',
        metadata: { generateName: 'called-' },
        template: { spec: { containers: [{ name: 'app', image }] } },
      };
      return call('POST', '/api/v1/namespaces/team/podtemplates?dryRun=All', body);
    },
    async patch(...operations) {
      const { status, text } = await call('PATCH', configurationPath, operations);
      assert.equal(status, 200, text);
    },
    webhooks,
    async entry() {
      const [first] = await webhooks();
      const { caBundle = '', service } = first?.clientConfig ?? {};
      return { path: service?.path, bundle: Buffer.from(caBundle, 'base64').toString('utf8') };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The shipped manifests, with a Service that leads to `port` of this machine. */
function kustomization(folder: string, port: number, fresh: boolean): object {
  const service = [{ op: 'replace', path: '/spec', value: { type: 'ExternalName', externalName: 'localhost' } }];
  const webhook = [
    { op: 'replace', path: '/webhooks/0/clientConfig/service/port', value: port },
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
    // No kubelet asks a replica whether it is ready, so no replica writes the rules.
    ...(fresh ? [] : [{ op: 'add', path: '/webhooks/0/rules', value: shippedRules }]),
  ];
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, join(manifests, 'base'))],
    patches: [
      { target: { kind: 'Service', name: 'pullgate' }, patch: JSON.stringify(service) },
      { target: { kind: 'ValidatingWebhookConfiguration', name: 'pullgate' }, patch: JSON.stringify(webhook) },
    ],
  };
}
