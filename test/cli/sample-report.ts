import { countPassedOver } from '../../src/words/passed-over.ts';
import { parseManifests } from '../../src/cli/parse-manifests.ts';
import type { CheckedObject, CheckReport } from '../../src/cli/report.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import { host } from '../support/answers.ts';
import { sample, useOf } from '../words/sample-findings.ts';

export const options = { colour: false, version: '0.0.0', command: 'check', now: new Date('2026-01-02T03:04:05Z') };

const names = ['refused', 'doubtful', 'well'];

const text = names
  .map(
    (name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: prod}
spec:
  template:
    spec:
      containers:
      - name: app
        image: ${host}/team/${name}:v1
`,
  )
  .join('---\n');

const findings: readonly (readonly Finding[])[] = [
  [
    sample('image-not-found', { use: useOf('app', `${host}/team/refused:v1`) }),
    sample('pull-secret-unreadable', { reason: 'offline' }),
  ],
  [sample('registry-unreachable', { use: useOf('app', `${host}/team/doubtful:v1`) })],
];

/** A report on three objects of one file: one is denied, one is warned about, one passes. */
export function sampleReport(): CheckReport {
  const parsed = parseManifests({ name: './deploy/<all> & "more",100%.yaml', text });
  const objects = parsed.manifests.map((manifest, index): CheckedObject => {
    const name = names[index] ?? '';
    return {
      source: manifest,
      apiVersion: 'apps/v1',
      subject: { kind: 'Deployment', namespace: 'prod', name, serviceAccount: 'default', stored: false },
      images: [`${host}/team/${name}:v1`],
      verdict: judge(findings[index] ?? [], profiles.balanced),
    };
  });
  const place = { file: 'deploy/<other>.yaml', line: 3 };
  const notes = [{ place, message: 'Rollout "web" & more is not checked' }];
  const kinds = ['ConfigMap', 'Service', 'ConfigMap'];
  const passedOver = countPassedOver(kinds.map((kind) => ({ kind, reason: 'no-image' })));
  return { objects, passedOver, notes, problems: [] };
}

/** The same report of objects in a cluster, with what keeps it from being complete. */
export function clusterReport(): CheckReport {
  const report = sampleReport();
  const objects = report.objects.map((object): CheckedObject => {
    return { ...object, source: { from: 'cluster', uid: '9b6f' }, subject: { ...object.subject, stored: true } };
  });
  return {
    ...report,
    objects,
    notes: [{ place: undefined, message: 'no permission to get secrets in namespace prod' }],
    problems: [
      { place: undefined, message: 'the API server did not answer 3 reads' },
      { place: { file: 'a\nb.yaml', line: 2, column: 7 }, message: 'Flow map must end with a }' },
    ],
  };
}
