import { jsonReport } from '../cli/json-report.ts';
import type { CheckReport } from '../cli/report.ts';
import type { NodeFacts } from '../engine/nodes/node.ts';
import type { JsonObject } from '../lib/json.ts';
import { bareObject } from './bare-object.ts';
import type { Scrub } from './scrub.ts';
import type { TrafficLog } from './traffic.ts';

/** What a bundle is made of. */
export interface BundleParts {
  readonly versions: {
    readonly pullgate: string;
    readonly node: string;
    /** For example `linux x64`. */
    readonly platform: string;
    /** Undefined without a cluster. */
    readonly kubernetes: string | undefined;
  };
  /** The flags that decide a verdict. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The config, without its secrets. */
  readonly config: unknown;
  /** Undefined if the nodes are not known. */
  readonly nodes: readonly NodeFacts[] | undefined;
  readonly report: CheckReport;
  /** The objects that were checked. */
  readonly objects: readonly JsonObject[];
  readonly traffic: Pick<TrafficLog, 'records' | 'dropped'>;
  /** Problems of files that the config names, one line each. */
  readonly problems: readonly string[];
}

/**
 * Returns the text of the debug bundle, without any secret that `scrub` knows. Undefined if there were too many secrets.
 */
export function bundleText(parts: BundleParts, scrub: Scrub): string | undefined {
  const { versions, options, config, nodes, report, objects, traffic, problems } = parts;
  const { objects: findings, summary, notes } = JSON.parse(jsonReport(report)) as Record<string, unknown>;
  const bundle = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'DebugBundle',
    versions,
    nodes: nodes === undefined ? 'not known' : groupsOf(nodes),
    options,
    config,
    problems,
    summary,
    findings,
    notes,
    objects: objects.flatMap((object) => bareObject(object) ?? []),
    requests: traffic.records,
    requestsLeftOut: traffic.dropped,
  };
  const clean = scrub.clean(bundle);
  return clean === undefined ? undefined : `${JSON.stringify(clean, undefined, 2)}\n`;
}

/** One line for each kind of node: `3 × kubelet v1.36.3, containerd://2.4.2, linux/amd64`. */
function groupsOf(nodes: readonly NodeFacts[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kubeletVersion, runtimeVersion, platform } of nodes) {
    const group = `kubelet ${kubeletVersion}, ${runtimeVersion}, ${platform.os}/${platform.architecture}`;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => `${count} × ${group}`);
}
