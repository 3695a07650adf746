import { backOffAfter } from '../../src/diagnose/back-off.ts';
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts';
import { judge, nowOf } from '../../src/diagnose/judgement.ts';
import type { PullCause } from '../../src/diagnose/pull-cause.ts';
import { saidOf } from '../../src/diagnose/said.ts';
import type { Trouble } from '../../src/diagnose/trouble.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { noon } from '../diagnose/pods.ts';
import { recordedMessages, sandboxMessages, type RecordedMessage } from '../diagnose/recorded-messages.ts';
import { useOf } from './sample-findings.ts';

const deployment = builtInKinds.find(({ kind }) => kind === 'Deployment') ?? builtInKinds[0];
const image = 'registry.example.com/team/app:v1';

const withoutBackOff = new Set(['ContainerCreating', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);

/** Overrides what a sample says. */
export type Change = Partial<Pick<Diagnosis, 'alike' | 'secretEvent' | 'runtime' | 'editable'>> &
  Pick<Partial<Trouble>, 'backOff' | 'pullingSinceMs'>;

/** What the kubelet said, recorded, and what the registry says now, joined. */
export function diagnosisOf(recorded: RecordedMessage, findings: readonly Finding[], change: Change = {}): Diagnosis {
  const use = useOf('app', image, { path: 'spec.containers[0].image' });
  const { backOff = backOffAfter(5, noon - 60_000), pullingSinceMs, ...more } = change;
  const said = saidOf(recorded, { error: '', failures: 0 });
  const sandbox = recorded.cause === 'sandbox-image';
  const now = sandbox ? ({ kind: 'unknown' } as const) : nowOf(findings, said);
  return {
    pod: { namespace: 'shop', name: 'web-7d4b9-x2x9z', node: 'node1', serviceAccount: 'default' },
    alike: [],
    trouble: {
      container: sandbox ? '' : 'app',
      ...(!sandbox && { use }),
      said: recorded.cause === 'still-pulling' ? { ...said, cause: 'still-pulling' } : said,
      ...(!withoutBackOff.has(recorded.reason) && { backOff }),
      ...(pullingSinceMs !== undefined && { pullingSinceMs }),
    },
    now,
    ...judge(recorded.cause === 'still-pulling' ? { ...said, cause: 'still-pulling' } : said, now, true),
    editable: { kind: deployment, name: 'web', controlled: false, use: useOf('app', image) },
    secrets: findings.filter(({ kind }) => kind === 'pull-secret-missing' || kind === 'pull-secret-unusable'),
    secretEvent: '',
    ...(said.speaker !== undefined && { runtime: said.speaker }),
    ...more,
  };
}

/** The first recorded message with this cause. */
export function recorded(cause: PullCause, runtime?: RecordedMessage['runtime']): RecordedMessage {
  const all = [...recordedMessages, ...sandboxMessages];
  const found = all.find(
    (message) => message.cause === cause && (runtime === undefined || message.runtime === runtime),
  );
  if (found !== undefined) return found;
  return { cause, reason: 'ContainerCreating', message: '', runtime: 'kubelet', source: 'no message' };
}
