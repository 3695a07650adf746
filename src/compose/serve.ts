import { once } from 'node:events';
import { hostname } from 'node:os';
import { kubeApi } from '../cluster/kube-api.ts';
import type { NodesState } from '../cluster/kube-nodes.ts';
import { loggedWrites } from '../cluster/logged-writes.ts';
import { serverClock } from '../cluster/server-clock.ts';
import type { Config } from '../config/config.ts';
import { requireConfig } from '../config/load-config.ts';
import type { Overrides } from '../config/overrides.ts';
import { createLog } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { expiresAt, startsAt, validityProblem } from '../tls/certificate.ts';
import type { Certificate, RunningSource } from '../tls/source.ts';
import type { ClientRule } from '../webhook/client-identity.ts';
import type { Check } from '../webhook/readiness.ts';
import { composeAfterAdmission } from './after-admission.ts';
import { logConcealed, logConfig, logStart } from './log-config.ts';
import { readCertificates } from '../lib/pem.ts';
import { composeIdentity, type Identity } from './certificates.ts';
import { composeChecker } from './checker.ts';
import { currentChecker, type CurrentChecker } from './current-checker.ts';
import { logOpenShift } from './openshift.ts';
import { ownPod } from './own-pod.ts';
import { patiently } from './patiently.ts';
import { logProposedRanges } from './propose-ranges.ts';
import { warnOfUncoveredKinds } from './uncovered-kinds.ts';
import { warmUp } from './warm-up.ts';
import { waitForApiServer } from './wait-for-api-server.ts';
import { reload, warnOfProblems } from './reload.ts';
import { observe, startWebhook } from './webhook.ts';
import { connect, kubeClusterPorts } from './cluster-ports.ts';

export interface ServeOptions {
  /** Path of the config file. If absent, the built-in defaults apply. */
  readonly configPath?: string;
  readonly overrides: Overrides;
  readonly kubeconfig?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Time limit for the API server, in ms. A pod may start before its network; at a terminal, a user waits for the error.
 */
const apiServerTimeoutMs = { pod: 15_000, terminal: 3_000 };

/**
 * How long a start waits for what is missing in the cluster, in ms. It must end before the startup probe does, so that
 * the last line of the log has the cause.
 */
const missingTimeoutMs = { pod: 45_000, terminal: 0 };

const nodesUnknown =
  'the nodes cannot be listed, so Pullgate does not know their platforms and images: grant list on nodes, or set nodes.enabled to false';

/**
 * Serves until `stop` aborts, then drains. Also returns normally if `stop` aborts during the start. Throws an Error
 * with one line if it cannot start.
 */
export async function serve(options: ServeOptions, stop: AbortSignal): Promise<void> {
  try {
    await run(options, stop);
  } catch (error) {
    if (!(stop.aborted && error instanceof Error && error.name === 'AbortError')) throw error;
  }
}

async function run({ configPath, overrides, kubeconfig, environment }: ServeOptions, stop: AbortSignal): Promise<void> {
  const { config, text } = await requireConfig(configPath, overrides);
  const log = createLog(config.log.level);
  logStart(log, config);
  logConfig(log, config);
  logProposedRanges(log, config, environment);
  const client = await clientRule(config);
  const connection = await connect(kubeconfig, environment);
  const clock = serverClock();
  const api = loggedWrites(kubeApi(connection, { onDate: clock.saw }), (write, { kind, said }) =>
    log.warn({ ...write, outcome: kind, ...said }, 'a write to the API server failed'),
  );
  const place = kubeconfig === undefined ? 'pod' : 'terminal';
  await waitForApiServer(api, connection.server, clock, apiServerTimeoutMs[place], log, stop);
  const pod = ownPod({ api, namespace: config.ownNamespace, environment });
  let told: string | undefined;
  const patience = {
    waitMs: missingTimeoutMs[place],
    // Once, because `kubectl describe pod` shows only the end of the log of a start that failed.
    onProblem(problem: string | undefined) {
      if (problem !== undefined && problem !== told) log.warn({ problem }, 'not started yet');
      told = problem;
      pod.tell('start', problem);
    },
  };

  const observed = observe(config);
  const { metrics } = observed;
  function onNodes(nodes: NodesState): void {
    log[nodes === 'known' ? 'info' : 'warn']({ nodes }, 'the list of nodes');
    if (nodes !== 'failed') pod.tell('nodes', nodes === 'unknown' ? nodesUnknown : undefined);
  }
  const clusterPorts = kubeClusterPorts(api, config, onNodes, logOpenShift(log));
  function onBug(err: unknown): void {
    metrics.failed();
    log.error({ err }, 'an image was not checked because of a bug');
  }
  const parts = { metrics, onBug, onConcealed: logConcealed(log) };
  const checker = await patiently(
    () => currentChecker(config, (next) => composeChecker(next, clusterPorts, parts)),
    patience,
    stop,
  );
  warnOfProblems(log, checker);
  const onProblem = (problem: string | undefined): void => pod.tell('webhook', problem);
  const identity = await patiently(() => composeIdentity({ config, api, clock, log, onProblem }, stop), patience, stop);
  const { certificates, isForReviews, onReady } = identity;
  watchValidity(certificates, metrics);
  const instance = environment['HOSTNAME'] ?? hostname();
  await warmUp().catch((err: unknown) => log.error({ err }, 'the first reviews will be slow, because of a bug'));
  const after = composeAfterAdmission({ config, api, check: checker.check, instance, log, metrics });
  const webhook = await startWebhook({
    ...observed,
    config,
    rules: () => checker.config,
    deadlineMs: () => checker.config.deadline,
    check: checker.check,
    namespaces: clusterPorts.namespaces,
    onLetThrough: after.onLetThrough,
    certificates,
    isForReviews,
    ...(client === undefined ? {} : { client }),
    checks: checksOf(checker, identity),
    onReady,
    log,
  });
  const onConfig = (next: Config) => void warnOfUncoveredKinds(next, api, log, stop);
  onConfig(config);
  const reloading = reload({ configPath, text, overrides, checker, onConfig, log, metrics }, stop);
  if (!stop.aborted) await once(stop, 'abort');

  log.info('draining');
  await Promise.all([webhook.drain(), after.stop(), reloading]);
  certificates.close();
  pod.close();
  await Promise.all([checker.close(), connection.close()]);
  log.info('stopped');
}

function watchValidity(certificates: RunningSource, metrics: Metrics): void {
  function report({ cert }: Certificate): void {
    metrics.certificateValid(startsAt(cert), expiresAt(cert));
  }
  report(certificates.current());
  certificates.onChange(report);
}

async function clientRule({ tls: { clientCA, clientName } }: Config): Promise<ClientRule | undefined> {
  if (clientCA === undefined) return undefined;
  const ca = await readCertificates(clientCA, 'tls.clientCA');
  return { ca, ...(clientName === undefined ? {} : { name: clientName }) };
}

/**
 * What /readyz reports about files, the certificate and the webhook configuration. A problem with them does not make the
 * pod unready, because the other replicas have the same problem.
 */
function checksOf(checker: CurrentChecker, { certificates, problem, rulesProblem }: Identity): readonly Check[] {
  function ofFiles(): string | undefined {
    return checker.problems().join('; ') || undefined;
  }
  function ofCertificate(): string | undefined {
    return validityProblem(certificates.current().cert, Date.now());
  }
  return [
    { name: 'files', problem: ofFiles, required: false },
    { name: 'certificate', problem: ofCertificate, required: false },
    { name: 'webhook', problem, required: false },
    { name: 'rules', problem: rulesProblem, required: false },
  ];
}
