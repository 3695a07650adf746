import type { KubeApi } from '../cluster/kube-api.ts';
import { ownSecret } from '../cluster/own-secret.ts';
import type { ServerClock } from '../cluster/server-clock.ts';
import { webhookConfiguration } from '../cluster/webhook-configuration.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import { createEndpoint } from '../tls/endpoint.ts';
import { fileSource } from '../tls/file-source.ts';
import { followedRules, type FollowedRules } from '../tls/followed-rules.ts';
import { givenSecretSource } from '../tls/given-secret.ts';
import { pathCheck } from '../tls/path-check.ts';
import {
  fixedPath,
  followedPaths,
  pathWith,
  plainPath,
  type FollowedPaths,
  type ReviewPaths,
} from '../tls/review-paths.ts';
import { secretSource, type Round, type SecretSource } from '../tls/secret-source.ts';
import type { RunningSource } from '../tls/source.ts';
import type { SourceProblem } from '../tls/watched-source.ts';
import { identityProblem } from './identity-problem.ts';
import { logOpenDoor } from './open-door.ts';
import { logRules, rulesProblem } from './rules-problem.ts';

/** The certificate of the webhook, the path on which it answers reviews, and when the API server calls it. */
export interface Identity {
  readonly certificates: RunningSource;
  /** Whether reviews may be sent to this path. A promise if that must be looked up. */
  readonly isForReviews: (path: string) => boolean | Promise<boolean>;
  /** Takes note that `/readyz` was answered with 200. */
  readonly onReady: () => void;
  /** Why the webhook configuration does not have the rules of its annotations, in one line. */
  readonly rulesProblem: () => string | undefined;
  /** What must be fixed in the cluster before the API server can call this replica, in one line. */
  readonly problem: () => string | undefined;
}

export interface IdentityOptions {
  readonly config: Config;
  readonly api: KubeApi;
  readonly clock: Pick<ServerClock, 'problem'>;
  readonly log: Log;
  /** Called after each round with the problem that it found. */
  readonly onProblem: (problem: string | undefined) => void;
}

/**
 * Opens the source of the webhook's certificate that the config names. Throws an Error with one line if it has no
 * certificate.
 */
export async function composeIdentity(options: IdentityOptions, signal: AbortSignal): Promise<Identity> {
  const { config, log } = options;
  const { tls, server } = config;
  const token = server.pathToken?.reveal();
  const own = token === undefined ? undefined : pathWith(token);
  if (tls.source === 'self-signed') {
    const follows = tls.webhookConfiguration !== undefined;
    const paths = followedPaths(own === undefined ? {} : { own });
    const used = follows ? paths : fixedPath(own ?? plainPath);
    const endpoint = createEndpoint({ onLeadsHere: () => void certificates.look() });
    const rules = followedRules(() => endpoint.leadsHere());
    const logs = [logOpenDoor(config, log, used), logRules(log, rules)];
    let problem: string | undefined;
    const certificates = await selfSigned(options, { paths, rules }, signal, (found) => {
      for (const report of logs) report();
      problem = found;
      options.onProblem(found);
    });
    return {
      certificates,
      isForReviews: pathCheck(used, follows ? () => certificates.look() : undefined),
      onReady: () => endpoint.wasReady(),
      rulesProblem: () => rulesProblem(rules),
      problem: () => problem,
    };
  }
  const paths: ReviewPaths = fixedPath(own ?? plainPath);
  logOpenDoor(config, log, paths)();
  return {
    certificates: await given(options, signal),
    isForReviews: pathCheck(paths),
    onReady: () => undefined,
    rulesProblem: () => undefined,
    problem: () => undefined,
  };
}

async function selfSigned(
  { config, api, clock, log }: IdentityOptions,
  followed: { readonly paths: FollowedPaths; readonly rules: FollowedRules },
  signal: AbortSignal,
  afterRound: (problem: string | undefined) => void,
): Promise<SecretSource> {
  const { ownNamespace, tls } = config;
  const host = `${tls.service}.${ownNamespace}.svc`;
  const { webhookConfiguration: name } = tls;
  const objects = { secret: `${ownNamespace}/${tls.secretName}`, configuration: name ?? '' };
  let last: Round | undefined;
  const source = await secretSource(
    {
      secret: ownSecret(api, ownNamespace, tls.secretName),
      ...(name === undefined ? {} : { configuration: webhookConfiguration(api, name) }),
      ...followed,
      names: [host, `${host}.cluster.local`, ...tls.dnsNames],
      clockIsRight: () => clock.problem() === undefined,
      onError: (err) => log.error({ err }, 'the certificate could not be read'),
      onRound(round) {
        const problem = identityProblem(round, objects);
        const news = problem === undefined ? 'info' : 'warn';
        log[isNews(round, last) ? news : 'debug']({ ...round, clock: clock.problem(), problem }, 'certificate');
        last = round;
        afterRound(problem);
      },
    },
    signal,
  );
  if (typeof source !== 'string') return source;
  const problem = identityProblem({ secret: source, configuration: 'skipped' }, objects);
  throw new Error(problem ?? `Secret ${ownNamespace}/${tls.secretName}: no certificate for the webhook (${source})`);
}

/** Whether something was written or has changed since the last round. */
function isNews({ secret, configuration }: Round, last: Round | undefined): boolean {
  const acted = secret === 'issued' || secret === 'taken-over' || configuration === 'written';
  return acted || secret !== last?.secret || configuration !== last.configuration;
}

async function given({ config, api, log }: IdentityOptions, signal: AbortSignal): Promise<RunningSource> {
  const { ownNamespace, tls } = config;
  const watch = {
    onBroken: (problem: SourceProblem) =>
      log.error({ problem }, 'the new certificate cannot be used; the old one is kept'),
    onInvalid: (validity: string) =>
      log.error({ validity }, 'the certificate is not valid now, so API servers reject it'),
    onError: (err: unknown) => log.error({ err }, 'the certificate could not be read'),
  };
  if (tls.source === 'files') {
    const { certFile = '', keyFile = '' } = tls;
    return required(await fileSource({ cert: certFile, key: keyFile, ...watch }, signal), `${certFile} and ${keyFile}`);
  }
  const secret = ownSecret(api, ownNamespace, tls.secretName);
  return required(await givenSecretSource(secret, watch, signal), `Secret ${ownNamespace}/${tls.secretName}`);
}

function required<Source extends RunningSource>(source: Source | string, place: string): Source {
  if (typeof source === 'string') throw new Error(`${place}: no certificate for the webhook (${source})`);
  return source;
}
