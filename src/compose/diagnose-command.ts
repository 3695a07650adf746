import pLimit from 'p-limit';
import type { DiagnosisReport } from '../cli/diagnosis-report.ts';
import { diagnosisReports, type DiagnosisFormat } from '../cli/diagnosis-formats.ts';
import { kubeApi, type KubeApi } from '../cluster/kube-api.ts';
import { kubeconfigConnection } from '../cluster/kubeconfig.ts';
import { kubePods } from '../cluster/pods.ts';
import { kubeWorkloads } from '../cluster/workloads.ts';
import type { Config } from '../config/config.ts';
import { requireConfig } from '../config/load-config.ts';
import type { Overrides } from '../config/overrides.ts';
import { diagnose, type Case } from '../diagnose/diagnose.ts';
import type { Diagnosis } from '../diagnose/diagnosis.ts';
import type { Speaker } from '../diagnose/pull-cause.ts';
import type { NodeList } from '../engine/nodes/node.ts';
import { runtimeKind, type RuntimeKind } from '../engine/nodes/runtime-kind.ts';
import { objectAt, textAt } from '../lib/json.ts';
import { limited } from '../lib/wait.ts';
import { bugWords } from '../words/bug.ts';
import type { Terminal } from './check-command.ts';
import { composeChecker } from './checker.ts';
import { kubeClusterPorts } from './cluster-ports.ts';
import type { DiagnoseTarget } from './diagnose-target.ts';
import { findTroubles, type Found, type FoundTrouble } from './find-troubles.ts';
import { unreadNote } from './unread.ts';

/** The command line of `pullgate diagnose`. */
export interface DiagnoseCommand {
  /** Undefined: every pod of the namespace. */
  readonly target?: DiagnoseTarget;
  readonly allNamespaces: boolean;
  readonly output: DiagnosisFormat;
  /** Time limit for each image, in ms. */
  readonly timeout: number;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Path of the config file. */
  readonly config?: string;
}

export interface DiagnoseOptions extends DiagnoseCommand {
  readonly overrides: Overrides;
  /** ms since 1970. */
  readonly now: () => number;
}

/** `incomplete`: something could not be read, so more may be wrong. */
export type DiagnoseOutcome = 'nothing' | 'found' | 'incomplete';

/** How many images are checked at the same time. */
const concurrency = 4;

/** Writes the diagnoses to standard output. Throws an Error with one line if it cannot run. */
export async function runDiagnose(
  options: DiagnoseOptions,
  terminal: Pick<Terminal, 'stdout' | 'stderr'>,
  stop: AbortSignal,
): Promise<DiagnoseOutcome> {
  const { config } = await requireConfig(options.config, options.overrides);
  const { kubeconfig, context } = options;
  const connection = await kubeconfigConnection({
    ...(kubeconfig !== undefined && { file: kubeconfig }),
    ...(context !== undefined && { context }),
  });
  try {
    const api = kubeApi(connection);
    const namespace = options.allNamespaces ? undefined : (options.namespace ?? connection.namespace ?? 'default');
    const { target, now } = options;
    const found = await findTroubles(
      { pods: kubePods(api), workload: kubeWorkloads(api), target, namespace, now },
      stop,
    );
    const report = await diagnoseAll(found, config, api, options, terminal, stop);
    terminal.stdout.write(diagnosisReports[options.output](report));
    if (!report.complete) return 'incomplete';
    return report.diagnoses.length > 0 ? 'found' : 'nothing';
  } finally {
    await connection.close();
  }
}

async function diagnoseAll(
  found: Found,
  config: Config,
  api: KubeApi,
  { timeout, now }: DiagnoseOptions,
  { stderr }: Pick<Terminal, 'stderr'>,
  stop: AbortSignal,
): Promise<DiagnosisReport> {
  const { pods, complete } = found;
  if (found.troubles.length === 0) return { diagnoses: [], pods, notes: found.notes, complete, at: now() };
  const ports = kubeClusterPorts(api, config);
  // A missing layer is a cause of its own, so the config and the layers are always looked for.
  const checker = await composeChecker({ ...config, deep: true }, ports, {
    onBug: (error) => stderr.write(`pullgate: ${bugWords(error)}\n`),
  });
  try {
    const nodes = await ports.nodes.nodes(stop);
    const inTurn = pLimit(concurrency);
    const diagnoses = await Promise.all(
      found.troubles.map((trouble) =>
        inTurn(() => {
          stop.throwIfAborted();
          return limited(timeout, stop, (signal) => diagnose(caseOf(trouble, nodes), checker.check, signal));
        }),
      ),
    );
    stop.throwIfAborted();
    const notes = [
      ...found.notes,
      ...checker.problems().map((problem) => `A file of the nodes has a problem: ${problem}.`),
      ...secretNotes(diagnoses),
      ...(nodes === undefined && config.nodes.enabled ? [nodesNote] : []),
    ];
    return { diagnoses, pods, notes, complete: complete && !diagnoses.some(hasUnansweredRead), at: now() };
  } finally {
    await checker.close();
  }
}

const nodesNote = `${unreadNote({ verb: 'list', resource: 'nodes', namespace: undefined }, { kind: 'forbidden' })} Platforms are not compared with the node.`;

/** Whether the API server did not answer when a pull secret was read. */
function hasUnansweredRead({ secrets }: Diagnosis): boolean {
  return secrets.some((finding) => finding.kind === 'pull-secret-unreadable' && finding.reason !== 'forbidden');
}

/** Names the secrets and service accounts that may not be read. */
function secretNotes(diagnoses: readonly Diagnosis[]): readonly string[] {
  const notes = diagnoses.flatMap(({ secrets, pod: { namespace } }) =>
    secrets.flatMap((finding) =>
      finding.kind === 'pull-secret-unreadable' && finding.reason === 'forbidden'
        ? [
            unreadNote(
              { verb: 'get', resource: finding.what === 'secret' ? 'secrets' : 'serviceaccounts', namespace },
              { kind: 'forbidden' },
            ),
          ]
        : [],
    ),
  );
  return [...new Set(notes)];
}

/** Whose words the messages of a runtime are. */
const speakers: Readonly<Record<RuntimeKind, Speaker>> = {
  containerd: 'containerd',
  'containerd-1': 'containerd',
  k3s: 'containerd',
  'cri-o': 'cri-o',
  docker: 'docker',
};

function caseOf(trouble: FoundTrouble, list: NodeList | undefined): Case {
  const name = textAt(objectAt(trouble.pod, 'spec'), 'nodeName');
  const node = list?.nodes.find((known) => known.name === name);
  const kind = node && runtimeKind(node.runtimeVersion);
  return { ...trouble, runtime: kind && speakers[kind], nodeKnown: node !== undefined };
}
