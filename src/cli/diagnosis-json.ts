import type { BackOff } from '../diagnose/back-off.ts';
import type { Diagnosis } from '../diagnose/diagnosis.ts';
import { inline } from '../words/plain-text.ts';
import { sentence } from '../words/sentence.ts';
import { causeWords } from '../words/diagnosis/cause-words.ts';
import { diagnosisFix } from '../words/diagnosis/diagnosis-fix.ts';
import { kubeletText } from '../words/diagnosis/kubelet-text.ts';
import { registryWords } from '../words/diagnosis/registry-words.ts';
import { retryWords } from '../words/diagnosis/retry-words.ts';
import { findingOf, subjectOfDiagnosis } from '../words/diagnosis/subject.ts';
import { diagnosisTopic, verdictWords } from '../words/diagnosis/verdict-words.ts';
import type { DiagnosisReport } from './diagnosis-report.ts';

/** Returns a report as JSON, for programs. docs/diagnose.md describes each field. No field may be removed within `v1alpha1`. */
export function diagnosisJson({ diagnoses, pods, notes, complete, at }: DiagnosisReport): string {
  const document = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'DiagnosisReport',
    summary: { pods, diagnoses: diagnoses.length, complete },
    diagnoses: diagnoses.map((diagnosis) => record(diagnosis, at)),
    notes,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function record(diagnosis: Diagnosis, at: number): object {
  const { pod, trouble, side, relation, heals, editable, alike, secrets, runtime } = diagnosis;
  const { said, use, backOff } = trouble;
  const { says, evidence, tried } = registryWords(diagnosis);
  const { advice, commands } = diagnosisFix(diagnosis);
  return {
    namespace: pod.namespace,
    pod: pod.name,
    ...(pod.node !== '' && { node: pod.node }),
    ...(runtime !== undefined && { runtime }),
    ...(alike.length > 0 && { alike }),
    workload: { kind: editable.kind.kind, name: editable.name },
    container: inline(trouble.container, 63),
    ...(use !== undefined && { image: inline(use.image) }),
    topic: diagnosisTopic(diagnosis),
    side,
    relation,
    kubelet: {
      reason: inline(said.reason, 100),
      cause: said.cause,
      meaning: causeWords[said.cause],
      from: said.from,
      message: kubeletText(said.error),
    },
    registry: {
      finding: findingOf(diagnosis)?.kind ?? null,
      message: says,
      ...(evidence !== undefined && { evidence }),
      tried,
    },
    secrets: secrets.map((finding) => ({
      kind: finding.kind,
      message: sentence(finding, subjectOfDiagnosis(diagnosis)),
    })),
    verdict: verdictWords(diagnosis),
    retry: { heals, message: retryWords(diagnosis, at), ...(backOff !== undefined && times(backOff)) },
    advice,
    commands,
  };
}

function times({ failures, failedMs, delayMs, nextMs, latestMs }: BackOff): object {
  const [failedAt, nextFrom, nextUntil] = [failedMs, nextMs, latestMs].map((ms) => new Date(ms).toISOString());
  return { failures, failedAt, backOffSeconds: delayMs / 1000, nextFrom, nextUntil };
}
