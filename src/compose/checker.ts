import type { Config } from '../config/config.ts';
import { checkWorkload } from '../engine/check.ts';
import type { Plan } from '../engine/plan.ts';
import type { CheckOptions } from '../engine/check-options.ts';
import type { Finding } from '../engine/finding.ts';
import type { Check } from '../engine/review.ts';
import { indexExemptions } from '../engine/policy/exemption.ts';
import { withSecondReading } from '../engine/second-reading.ts';
import { parsePlatform } from '../engine/image/platform.ts';
import type { RuntimeKind } from '../engine/nodes/runtime-kind.ts';
import type { Cluster } from '../engine/ports.ts';
import { createBreathing } from '../lib/breathing.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { RunOptions } from '../registry/decorators/decorate.ts';
import type { ResolveHost } from '../registry/network/dns.ts';
import type { Send } from '../registry/network/transport.ts';
import { composeNodeCredentials } from './node-credentials.ts';
import { composeRegistries, type OnConcealed, type OnTraffic } from './registry.ts';
import type { ClusterPorts } from './cluster-ports.ts';

/** Checks plans with the settings of one config. `serve`, `check`, the library and the tests all use it. */
export interface Checker {
  readonly check: Check;
  /** The known problems of the files that the config names, one line each. */
  readonly problems: () => readonly string[];
  /** Closes the connections to registries. */
  readonly close: () => Promise<void>;
}

export interface CheckerParts {
  readonly metrics?: Metrics;
  /** Called with an unexpected error in the check of one image. The finding about the image says only that there is one. */
  readonly onBug?: (error: unknown) => void;
  /** Replaces DNS in tests. */
  readonly resolveHost?: ResolveHost;
  /** Replaces the network, for the warm-up. */
  readonly send?: Send;
  /** Set for the webhook, see `composeRegistries`. */
  readonly onConcealed?: OnConcealed;
  /** Set for one run over many objects, see `RunOptions`. */
  readonly run?: RunOptions;
  /** Set for the debug bundle. */
  readonly onTraffic?: OnTraffic;
}

/** Creates a checker. Throws an Error with one line if a file that the config names cannot be used. */
export async function composeChecker(
  config: Config,
  clusterPorts: ClusterPorts,
  { onBug = () => undefined, ...parts }: CheckerParts = {},
): Promise<Checker> {
  const { openShift } = clusterPorts;
  const [registries, { nodeCredentials, problems }] = await Promise.all([
    composeRegistries(config, { ...parts, ...(openShift && { openShift }) }),
    composeNodeCredentials(config, clusterPorts),
  ]);
  indexExemptions(config.exemptions);
  const { registry, tags } = registries;
  const options = checkOptions(config, registries.runtimes);
  const breathe = createBreathing();

  function check(cluster: Cluster, plan: Plan, signal: AbortSignal): Promise<readonly Finding[]> {
    const { nodes, announcements, standIn } = clusterPorts;
    const ports = { registry, tags, cluster, nodes, nodeCredentials, announcements, breathe, onBug };
    return checkWorkload(plan, standIn === undefined ? ports : { ...ports, standIn }, options, signal);
  }

  return {
    check: (plan, signal) => withSecondReading((cluster) => check(cluster, plan, signal), clusterPorts.cluster, signal),
    problems: () => [...registries.problems(), ...problems()],
    close: registries.close,
  };
}

function checkOptions(config: Config, runtimes: readonly RuntimeKind[]): CheckOptions {
  const { platforms, deep, nodeCredentials, missingSecret, placeholders, rewrites } = config;
  return {
    platforms: platforms.flatMap((text) => parsePlatform(text) ?? []),
    runtimes,
    readConfig: platforms.length > 0,
    deep,
    nodeCredentials,
    missingSecret,
    placeholders,
    rewrites,
  };
}
