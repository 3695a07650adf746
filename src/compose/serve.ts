import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubeApi, type KubeApi } from '../cluster/kube-api.ts';
import type { Config } from '../config/config.ts';
import { readConfigFile } from '../config/load-config.ts';
import type { Overrides } from '../config/overrides.ts';
import { readConfig } from '../config/read-config.ts';
import { watchConfig } from '../config/watch-config.ts';
import { createLog, type Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { expiresAt } from '../tls/certificate.ts';
import type { RunningSource } from '../tls/source.ts';
import type { ClientRule } from '../webhook/client-identity.ts';
import type { Check } from '../webhook/readiness.ts';
import { composeAfterAdmission } from './after-admission.ts';
import { composeCertificates } from './certificates.ts';
import { composeChecker } from './checker.ts';
import { currentChecker, mountedFiles, watchContents, type CurrentChecker } from './current-checker.ts';
import { version } from './version.ts';
import { observe, startWebhook } from './webhook.ts';
import { connect, kubeWorld } from './world.ts';

export interface ServeOptions {
  /** Of the config file; absent: the defaults hold. */
  readonly configPath?: string;
  readonly overrides: Overrides;
  readonly kubeconfig?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const reloadMs = 5_000;
/** How long an API server may take to answer at the start, in ms. */
const patienceMs = 15_000;

/** Serves until `stop` aborts, then drains. Throws with one line for people where it cannot start. */
export async function serve(options: ServeOptions, stop: AbortSignal): Promise<void> {
  const { configPath, overrides } = options;
  const { config, text } = await readOwnConfig(configPath, overrides);
  const log = createLog(config.log.level);
  announce(log, config);
  const connection = await connect(options.kubeconfig, options.environment);
  const api = kubeApi(connection);
  await reach(api, connection.server, stop);

  const observed = observe(config);
  const world = kubeWorld(api, config);
  const checker = await currentChecker(config, (next) => composeChecker(next, world, observed.metrics));
  for (const problem of checker.problems())
    log.warn({ problem }, 'a file of the certs.d folder is ignored, as the runtime ignores it');
  const certificates = await composeCertificates(config, api, log, stop);
  watchExpiry(certificates, observed.metrics);
  const client = await clientRule(config);
  const instance = options.environment['HOSTNAME'] ?? hostname();
  const after = composeAfterAdmission({ config, api, check: checker.check, instance, log, metrics: observed.metrics });
  const webhook = await startWebhook({
    ...observed,
    config,
    rules: () => checker.config,
    deadlineMs: () => checker.config.deadline,
    check: checker.check,
    namespaces: world.namespaces,
    onLetThrough: after.onLetThrough,
    certificates,
    ...(client === undefined ? {} : { client }),
    checks: checksOf(checker),
    log,
  });
  const reloading = reload({ configPath, text, overrides, checker, log, metrics: observed.metrics }, stop);
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  stop.addEventListener('abort', () => resolve(), { once: true });
  if (stop.aborted) resolve();
  await stopped;

  log.info('draining');
  await Promise.all([webhook.drain(), after.stop(), reloading]);
  certificates.close();
  await Promise.all([checker.close(), connection.close()]);
  log.info('stopped');
}

async function readOwnConfig(
  path: string | undefined,
  overrides: Overrides,
): Promise<{ config: Config; text: string }> {
  const file = path === undefined ? undefined : await readConfigFile(path);
  if (file !== undefined && 'problem' in file) throw new Error(file.problem);
  const result = readConfig(file, overrides);
  if (result.kind === 'invalid') throw new Error(result.problem);
  return { config: result.config, text: file?.text ?? '' };
}

/** Each choice in one line, so that a log alone tells what a verdict rested on. */
function announce(log: Log, config: Config): void {
  const { profile, nodeCredentials, deadline, certsDir, network, tls, missingSecret, deep } = config;
  log.info({ version, node: process.version, profile, deadline, deep, missingSecret, tls: tls.source }, 'starting');
  const { dockerConfig, providers, complete, matchImages } = nodeCredentials;
  const belief = complete
    ? 'nodes are taken to hold no registry credentials beyond what is mounted and what matchImages covers; set nodeCredentials.complete: false where they may'
    : 'nodes may hold registry credentials that are not known: no refusal is certain';
  log.info({ dockerConfig, providers: providers?.config, matchImages: matchImages.length, complete }, belief);
  log.info({ certsDir, allowLoopback: network.allowLoopback }, 'registries are looked up as containerd does');
}

/** Waits for the API server, as a pod may start before its network; an answer of any kind will do. */
async function reach(api: KubeApi, server: string, stop: AbortSignal): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const answer = await api.get('/version', stop);
    if (answer.kind !== 'unavailable') return;
    if (performance.now() > until) throw new Error(`${server}: the API server cannot be reached (${answer.reason})`);
    await sleep(1_000, undefined, { signal: stop });
  }
}

function watchExpiry(certificates: RunningSource, metrics: Metrics): void {
  metrics.certificateExpires(expiresAt(certificates.current().cert));
  certificates.onChange(({ cert }) => metrics.certificateExpires(expiresAt(cert)));
}

async function clientRule({ tls }: Config): Promise<ClientRule | undefined> {
  if (tls.clientCA === undefined) return undefined;
  const ca = await readFile(tls.clientCA, 'utf8').catch(() => undefined);
  if (ca === undefined) throw new Error(`${tls.clientCA}: cannot be read (tls.clientCA)`);
  return { ca, ...(tls.clientName === undefined ? {} : { name: tls.clientName }) };
}

function checksOf(checker: CurrentChecker): readonly Check[] {
  const hostsFiles = () => {
    const problems = checker.problems();
    return problems.length === 0 ? undefined : problems.join('; ');
  };
  return [{ name: 'hosts.toml', problem: hostsFiles, required: false }];
}

interface Reload {
  readonly configPath: string | undefined;
  readonly text: string;
  readonly overrides: Overrides;
  readonly checker: CurrentChecker;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Follows the config file and the files that it names: what is broken is said, and what held before holds on. */
async function reload(
  { configPath, text, overrides, checker, log, metrics }: Reload,
  stop: AbortSignal,
): Promise<void> {
  async function takeOver(config: Config): Promise<void> {
    try {
      await checker.replace(config);
      log.level = config.log.level;
      metrics.configReloaded('accepted');
      log.info({ profile: config.profile }, 'a new configuration holds');
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error));
    }
  }

  function refuse(problem: string): void {
    metrics.configReloaded('refused');
    log.error({ problem }, 'the new configuration is broken; the old one holds on');
  }

  const onConfig = (config: Config) => void takeOver(config);
  const files = () => mountedFiles(checker.config);
  await Promise.all([
    configPath === undefined
      ? undefined
      : watchConfig({ path: configPath, overrides, everyMs: reloadMs, text, onConfig, onProblem: refuse }, stop),
    watchContents(files, reloadMs, () => onConfig(checker.config), stop),
  ]);
}
