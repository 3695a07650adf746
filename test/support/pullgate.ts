/** The whole webhook in this process: real TLS, wired as by `serve`, with an API server double and a client. */
import { Agent } from 'node:https';
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import type { Connection } from '../../src/cluster/connection.ts';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { composeAfterAdmission } from '../../src/compose/after-admission.ts';
import { composeChecker } from '../../src/compose/checker.ts';
import { currentChecker, type CurrentChecker } from '../../src/compose/current-checker.ts';
import { logConcealed } from '../../src/compose/log-config.ts';
import { observe, startWebhook, type Webhook } from '../../src/compose/webhook.ts';
import { kubeClusterPorts } from '../../src/compose/cluster-ports.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { objectOf, type JsonObject } from '../../src/lib/json.ts';
import { createLog } from '../../src/observe/log.ts';
import type { ResolveHost } from '../../src/registry/network/dns.ts';
import type { CertificateSource } from '../../src/webhook/server.ts';
import type { EventLoopLag } from '../../src/webhook/event-loop-lag.ts';
import { exchange, reviewText, type Reviewed, type Sending } from './admission-client.ts';
import { apiServerDouble, type ApiServerDouble } from './api-server-double.ts';
import { caCertificate, tlsIdentity } from './certificates.ts';

export interface RunningPullgate extends AsyncDisposable {
  readonly config: Config;
  readonly checker: CurrentChecker;
  readonly webhook: Webhook;
  readonly api: ApiServerDouble;
  /** A client agent that trusts the certificate of the webhook and keeps connections alive. */
  readonly agent: Agent;
  /** All log lines so far. */
  readonly log: readonly string[];
  /** Sends an object in an AdmissionReview, as the API server does. */
  review(object: JsonObject, sending?: Sending): Promise<Reviewed>;
  /** Sends any body to a path. `headers` replace the default headers of an AdmissionReview. */
  send(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<Reviewed>;
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
}

/** The parts of the environment that a test can replace. */
export interface Surroundings {
  /** Connection to a real API server. The double then gets no requests. */
  readonly connection?: Connection;
  /** Replaces DNS, so that a test can define host names. */
  readonly resolveHost?: ResolveHost;
  /** Certificates of the webhook and the CA that the client trusts. Default: those of the test CA. */
  readonly certificates?: CertificateSource & { readonly ca: string };
  /** Replaces the measured lag of the event loop. */
  readonly lag?: EventLoopLag;
}

/** Starts the webhook on loopback. `settings` are fields of the config file, see `testConfig`. */
export async function startPullgate(
  settings: JsonObject = {},
  { connection, resolveHost, certificates, lag }: Surroundings = {},
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
  const observed = observe(config, lag);
  const world = kubeClusterPorts(kube, config);
  const checker = await currentChecker(config, (next) =>
    composeChecker(next, world, {
      metrics: observed.metrics,
      onBug: (err) => log.error({ err }, 'an image was not checked because of a bug'),
      onConcealed: logConcealed(log),
      ...(resolveHost && { resolveHost }),
    }),
  );
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
    isForReviews: (path) => path === '/validate',
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

/**
 * Reads a config file with these settings, plus the ports and short times that tests need. Throws if a setting is
 * invalid.
 */
export function testConfig(settings: JsonObject): Config {
  const own = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullgateConfiguration',
    ...settings,
    network: { allowLoopback: true, ...objectOf(settings['network']) },
    nodes: { enabled: false, ...objectOf(settings['nodes']) },
    server: {
      address: '127.0.0.1',
      port: 0,
      drain: '0ms',
      grace: '5s',
      ...objectOf(settings['server']),
    },
  };
  const result = readConfig({ name: 'test', text: stringify(own) });
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.config;
}
