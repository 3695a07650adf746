import type { Config } from '../config/config.ts';
import { checkWorkload } from '../engine/check.ts';
import type { Plan } from '../engine/plan.ts';
import type { CheckOptions } from '../engine/check-options.ts';
import type { Finding } from '../engine/finding.ts';
import type { Check } from '../engine/review.ts';
import { withSecondReading } from '../engine/second-reading.ts';
import { parsePlatform } from '../engine/image/platform.ts';
import type { Cluster } from '../engine/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { ResolveHost } from '../registry/network/dns.ts';
import { composeNodeCredentials } from './node-credentials.ts';
import { composeRegistries } from './registry.ts';
import type { ClusterPorts } from './cluster-ports.ts';

/** One config's way from a plan to findings: what `serve`, the tests and every other door check with. */
export interface Checker {
  readonly check: Check;
  /** What is known to be broken of the files that the config names, a line each. */
  readonly problems: () => readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * Throws with a line for people where a file that the config names cannot be used. `resolveHost` stands in for DNS where
 * the names are a test's own.
 */
export async function composeChecker(
  config: Config,
  world: ClusterPorts,
  metrics?: Metrics,
  resolveHost?: ResolveHost,
): Promise<Checker> {
  const [registries, { nodeCredentials, problems }] = await Promise.all([
    composeRegistries(config, metrics, resolveHost),
    composeNodeCredentials(config, world),
  ]);
  const { registry, tags } = registries;
  const options = checkOptions(config);

  function check(cluster: Cluster, plan: Plan, signal: AbortSignal): Promise<readonly Finding[]> {
    const { nodes, announcements, standIn } = world;
    const ports = { registry, tags, cluster, nodes, nodeCredentials, announcements };
    return checkWorkload(plan, standIn === undefined ? ports : { ...ports, standIn }, options, signal);
  }

  return {
    check: (plan, signal) => withSecondReading((cluster) => check(cluster, plan, signal), world.cluster, signal),
    problems: () => [...registries.problems(), ...problems()],
    close: registries.close,
  };
}

function checkOptions(config: Config): CheckOptions {
  const { platforms, deep, nodeCredentials, missingSecret, placeholders, rewrites } = config;
  return {
    platforms: platforms.flatMap((text) => parsePlatform(text) ?? []),
    readConfig: platforms.length > 0,
    deep,
    nodeCredentials,
    missingSecret,
    placeholders,
    rewrites,
  };
}
