import { stringify } from 'yaml';
import { inline } from '../words/plain-text.ts';
import { findingWords } from './finding-words.ts';
import type { FormatOptions } from './format-options.ts';
import {
  findingsWithAction,
  outcomeOf,
  type CheckedObject,
  type CheckReport,
  type FindingWithAction,
} from './report.ts';
import { placeOf } from './source.ts';

/**
 * Returns a report as PolicyReports in YAML, one for each namespace, as `kubectl apply` and Policy Reporter read them.
 * The fields are those of `wgpolicyk8s.io/v1alpha2` (kubernetes-sigs/wg-policy-prototypes 25056e1,
 * `pkg/api/wgpolicyk8s.io/v1alpha2/policyreport_types.go`). Empty if there is no object.
 */
export function policyReport(report: CheckReport, options: Pick<FormatOptions, 'command' | 'now'>): string {
  const byNamespace = Map.groupBy(report.objects, ({ subject }) => subject.namespace);
  const complete = report.problems.length === 0;
  const reports = [...byNamespace].map(([namespace, objects]) =>
    reportOf(namespace, objects, { ...options, complete }),
  );
  return reports.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

interface ReportOptions {
  readonly command: string;
  readonly now: Date;
  readonly complete: boolean;
}

function reportOf(namespace: string, objects: readonly CheckedObject[], { command, now, complete }: ReportOptions) {
  const seconds = Math.floor(now.getTime() / 1000);
  const results = objects.flatMap((object) => resultsOf(object, { seconds, nanos: 0 }));
  const count = (wanted: Result) => results.filter(({ result }) => result === wanted).length;
  return {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
    metadata: {
      name: `pullgate-${command}`,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'pullgate' },
      ...(!complete && { annotations: { 'pullgate.dev/incomplete': 'true' } }),
    },
    summary: { pass: count('pass'), fail: count('fail'), warn: count('warn'), error: 0, skip: 0 },
    results,
  };
}

type Result = 'pass' | 'fail' | 'warn';

/** A PolicyReportResult; further fields are optional there. */
interface ReportResult {
  readonly policy: string;
  readonly rule: string;
  readonly result: Result;
  readonly [field: string]: unknown;
}

interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

const outcomes = {
  deny: { result: 'fail', severity: 'high', scored: true },
  warn: { result: 'warn', severity: 'low', scored: false },
} as const satisfies Record<FindingWithAction['action'], object>;

function resultsOf(object: CheckedObject, timestamp: Timestamp): readonly ReportResult[] {
  const common = {
    source: 'pullgate',
    policy: 'pullgate',
    category: 'Images',
    timestamp,
    resources: [resourceOf(object)],
  };
  if (outcomeOf(object) === 'passed') {
    return [{ ...common, rule: 'images-can-be-pulled', result: 'pass' as const, scored: true }];
  }
  return findingsWithAction(object).map(({ finding, action }) => {
    const place = placeOf(object.source, finding.use?.path ?? '');
    return {
      ...common,
      ...outcomes[action],
      rule: finding.kind,
      message: findingWords(finding, object.subject),
      properties: {
        ...(finding.use && { container: inline(finding.use.name, 63), image: inline(finding.use.image) }),
        ...(place && { file: inline(place.file), line: String(place.line) }),
      },
    };
  });
}

function resourceOf({ apiVersion, source, subject: { kind, namespace, name } }: CheckedObject) {
  const uid = source.from === 'cluster' ? source.uid : undefined;
  return { apiVersion, kind, namespace, ...(name !== '' && { name }), ...(uid !== undefined && { uid }) };
}
