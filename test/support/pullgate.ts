/** The whole webhook in this process: real TLS, the composition of `serve`, an API server double, and a client. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import type { Connection } from '../../src/cluster/connection.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { composeAfterAdmission } from '../../src/compose/after-admission.ts';
import { composeChecker } from '../../src/compose/checker.ts';
import { currentChecker, type CurrentChecker } from '../../src/compose/current-checker.ts';
import { observe, startWebhook, type Webhook } from '../../src/compose/webhook.ts';
import { kubeClusterPorts } from '../../src/compose/cluster-ports.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { objectOf, stringOf, type JsonObject } from '../../src/lib/json.ts';
import { createLog } from '../../src/observe/log.ts';
import type { ResolveHost } from '../../src/registry/network/dns.ts';
import type { CertificateSource } from '../../src/webhook/server.ts';
import { apiServerDouble, type ApiServerDouble } from './api-server-double.ts';
import { caCertificate, tlsIdentity } from './certificates.ts';

/** What came back for one AdmissionReview. */
export interface Reviewed {
  readonly status: number;
  readonly text: string;
  readonly allowed: boolean | undefined;
  readonly message: string;
  readonly warnings: readonly string[];
  /** Kinds of the findings, as the audit annotations tell them. */
  readonly kinds: readonly string[];
  readonly response: JsonObject;
  /** From the request to the end of the answer, in ms. */
  readonly ms: number;
}

/** How an object is sent. */
export interface Sending {
  readonly operation?: string;
  readonly oldObject?: unknown;
  readonly namespace?: string;
  readonly dryRun?: boolean;
  /** Behind `/validate`: `?timeout=10s` where nothing is said. */
  readonly query?: string;
  readonly subResource?: string;
}

export interface RunningPullgate extends AsyncDisposable {
  readonly config: Config;
  readonly checker: CurrentChecker;
  readonly webhook: Webhook;
  readonly api: ApiServerDouble;
  /** Trusts the webhook's certificate and keeps connections. */
  readonly agent: Agent;
  /** Every line of the log so far. */
  readonly log: readonly string[];
  /** Sends an object as the API server would. */
  review(object: JsonObject, sending?: Sending): Promise<Reviewed>;
  /** Sends any bytes to a path; `headers` replace those of an AdmissionReview. */
  send(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<Reviewed>;
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
}

/** What of the world around it a test brings along. */
export interface Surroundings {
  /** A real API server, in place of the double, which nobody then asks. */
  readonly connection?: Connection;
  /** Stands in for DNS, so that names may be a test's own. */
  readonly resolveHost?: ResolveHost;
  /** The webhook's own, and the CA that its client trusts, in place of the test CA's. */
  readonly certificates?: CertificateSource & { readonly ca: string };
}

/** `settings` are those of the config file, over those that a test on loopback needs. */
export async function startPullgate(
  settings: JsonObject = {},
  { connection, resolveHost, certificates }: Surroundings = {},
): Promise<RunningPullgate> {
  const config = testConfig(settings);
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLog(config.log.level, destination);
  const api = await apiServerDouble();
  api.put('team', 'serviceaccounts', { metadata: { name: 'default' } });
  const kube = kubeApi(connection ?? api.connection);
  const observed = observe(config);
  const world = kubeClusterPorts(kube, config);
  const checker = await currentChecker(config, (next) => composeChecker(next, world, observed.metrics, resolveHost));
  const { check } = checker;
  const after = composeAfterAdmission({ config, api: kube, check, instance: 'test', log, metrics: observed.metrics });
  const { ca, ...source } = certificates ?? (await testCertificates());
  const webhook = await startWebhook({
    ...observed,
    config,
    rules: () => checker.config,
    deadlineMs: () => checker.config.deadline,
    check,
    namespaces: world.namespaces,
    onLetThrough: after.onLetThrough,
    certificates: source,
    checks: [],
    log,
  });
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 64 });
  const send: RunningPullgate['send'] = (path, body, headers) => exchange(agent, webhook.port, path, body, headers);
  return {
    config,
    checker,
    webhook,
    api,
    agent,
    log: lines,
    send,
    review: (object, sending = {}) => send(`/validate${sending.query ?? '?timeout=10s'}`, reviewText(object, sending)),
    async get(path) {
      const { status, text } = await exchange(agent, webhook.port, path, undefined);
      return { status, text };
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await webhook.drain();
      await after.stop();
      await Promise.all([checker.close(), api.close()]);
    },
  };
}

async function testCertificates(): Promise<CertificateSource & { readonly ca: string }> {
  const identity = await tlsIdentity('trusted');
  return { ca: await caCertificate(), current: () => identity, onChange: () => () => undefined };
}

/** A config as its file would be read, with the ports and the haste of a test. Throws where the settings are invalid. */
export function testConfig(settings: JsonObject): Config {
  const own = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    ...settings,
    network: { allowLoopback: true, ...objectOf(settings['network']) },
    nodes: { enabled: false, ...objectOf(settings['nodes']) },
    server: { address: '127.0.0.1', port: 0, drain: '0ms', grace: '5s', ...objectOf(settings['server']) },
  };
  const result = readConfig({ name: 'test', text: stringify(own) });
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
};

/** The text of the AdmissionReview that carries `object`. */
export function reviewText(object: JsonObject, sending: Sending = {}): string {
  const { operation = 'CREATE', oldObject = null, namespace = 'team', dryRun = false, subResource } = sending;
  const kind = stringOf(object['kind']);
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'c0ffee00-0000-4000-8000-000000000000',
      kind: { group: groups[kind] ?? '', version: 'v1', kind },
      name: stringOf(objectOf(object['metadata'])['name']),
      namespace,
      operation,
      object,
      oldObject,
      dryRun,
      ...(subResource === undefined ? {} : { subResource }),
    },
  });
}

/** One request and its answer, read as a review where it is one. Rejects where the connection fails. */
export async function exchange(
  agent: Agent,
  port: number,
  path: string,
  body: string | Buffer | undefined,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' },
): Promise<Reviewed> {
  const startedAt = performance.now();
  const method = body === undefined ? 'GET' : 'POST';
  const request = httpsRequest({ agent, host: '127.0.0.1', port, path, method, headers: { ...headers } });
  request.end(body);
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await message.toArray()).toString('utf8');
  const ms = performance.now() - startedAt;
  return { ...readReview(text), status: message.statusCode ?? 0, text, ms };
}

function readReview(text: string): Pick<Reviewed, 'allowed' | 'message' | 'warnings' | 'kinds' | 'response'> {
  const response = text.startsWith('{') ? objectOf(objectOf(JSON.parse(text))['response']) : {};
  const { allowed, warnings, status, auditAnnotations } = response;
  const findings = stringOf(objectOf(auditAnnotations)['findings']) || '[]';
  return {
    allowed: typeof allowed === 'boolean' ? allowed : undefined,
    message: stringOf(objectOf(status)['message']),
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    kinds: (JSON.parse(findings) as readonly { kind: string }[]).map(({ kind }) => kind),
    response,
  };
}
