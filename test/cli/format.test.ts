import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formats } from '../../src/cli/format.ts';
import { fingerprintsOf } from '../../src/cli/fingerprint.ts';
import type { Format } from '../../src/cli/format-names.ts';
import { findingsWithAction } from '../../src/cli/report.ts';
import { assertGolden } from '../support/golden.ts';
import { useOf } from '../words/sample-findings.ts';
import { clusterReport, options, sampleReport } from './sample-report.ts';

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
    test(`has the format ${format}`, () => assertGolden(file, formats[format](sampleReport(), options)));
  }

  test('has colours only for the verdicts', () =>
    assertGolden('check-colour.txt', formats.text(sampleReport(), { ...options, colour: true })));
});

describe('a report that is not complete says so', () => {
  const signs: Readonly<Record<Format, RegExp>> = {
    text: /; incomplete: 2 problems\n$/,
    json: /"complete": false/,
    sarif: /"executionSuccessful": false/,
    junit: /errors="2"/,
    github: /^::error title=Not complete::the API server did not answer 3 reads$/m,
    gitlab: /"check_name": "incomplete"/,
    policyreport: /pullgate\.dev\/incomplete: "true"/,
    html: /This report is not complete/,
  };
  for (const [format, sign] of Object.entries(signs) as [Format, RegExp][]) {
    test(`as ${format}`, () => {
      assert.match(formats[format](clusterReport(), options), sign);
      assert.doesNotMatch(formats[format](sampleReport(), options), sign);
    });
  }
});

describe('a workflow command of GitHub', () => {
  const lines = formats.github(clusterReport()).split('\n');

  test('is one line, whatever the names contain', () => {
    for (const line of lines.slice(0, -1)) assert.match(line, /^::(error|warning|notice) [^:]*title=[^:]+::.+$/);
    assert.ok(lines.includes('::error file=a%0Ab.yaml,line=2,col=7,title=Not complete::Flow map must end with a }'));
  });
});

describe('a fingerprint', () => {
  const [refused, doubtful] = sampleReport().objects;
  assert.ok(refused && doubtful);
  const [first] = findingsWithAction(refused);
  assert.ok(first);
  const { finding } = first;

  test('stays the same if the object moves in its file, or its tag changes', () => {
    const use = { ...useOf('app', 'other:v2'), path: 'spec.x' };
    const moved = {
      ...refused,
      source: { from: 'file', file: 'deploy/<all> & "more",100%.yaml', lineOf: () => 99 },
    } as const;
    assert.equal(fingerprintsOf()(moved, { ...finding, use }), fingerprintsOf()(refused, finding));
  });

  test('differs for another object, and for the same finding again', () => {
    const fingerprintOf = fingerprintsOf();
    const all = [fingerprintOf(refused, finding), fingerprintOf(doubtful, finding), fingerprintOf(refused, finding)];
    assert.equal(new Set(all).size, 3);
  });
});
