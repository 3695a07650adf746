import { describe, test } from 'node:test';
import { formats } from '../../src/cli/format.ts';
import type { Format } from '../../src/cli/format-names.ts';
import { countPassedOver } from '../../src/cli/passed-over.ts';
import { parseManifests } from '../../src/cli/parse-manifests.ts';
import type { CheckedObject, CheckReport } from '../../src/cli/report.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import { assertGolden } from '../support/golden.ts';
import { host } from '../support/answers.ts';
import { sample, useOf } from '../words/sample-findings.ts';

const text = ['refused', 'doubtful', 'well']
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

function reportOf(...findings: readonly (readonly Finding[])[]): CheckReport {
  const parsed = parseManifests({ name: './deploy/<all> & "more",100%.yaml', text });
  const names = ['refused', 'doubtful', 'well'];
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
  const passedOver = countPassedOver(
    ['ConfigMap', 'Service', 'ConfigMap'].map((kind) => ({ kind, reason: 'no-image' })),
  );
  return { objects, passedOver, notes, problems: [] };
}

const report = reportOf(
  [
    sample('image-not-found', { use: useOf('app', `${host}/team/refused:v1`) }),
    sample('pull-secret-unreadable', { reason: 'offline' }),
  ],
  [sample('registry-unreachable', { use: useOf('app', `${host}/team/doubtful:v1`) })],
);

const options = { colour: false, version: '0.0.0', command: 'check', now: new Date('2026-01-02T03:04:05Z') };
const files = {
  text: 'check.txt',
  json: 'check.json',
  sarif: 'check.sarif',
  junit: 'check.xml',
  github: 'check-github.txt',
  gitlab: 'check-gitlab.json',
  policyreport: 'check-policyreport.yaml',
  html: 'check.html',
} as const satisfies Record<Format, string>;

describe('the report', () => {
  for (const [format, file] of Object.entries(files) as [Format, string][]) {
    test(`has the format ${format}`, () => assertGolden(file, formats[format](report, options)));
  }

  test('has colours only for the verdicts', () =>
    assertGolden('check-colour.txt', formats.text(report, { colour: true })));
});
