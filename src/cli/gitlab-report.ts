import { findingWords } from './finding-words.ts';
import { fingerprintsOf, hashOf } from './fingerprint.ts';
import { relativePath } from './relative-path.ts';
import { findingPlace, findingsWithAction, titleOf, type CheckReport } from './report.ts';
import type { Note } from './note.ts';

type Severity = 'info' | 'minor' | 'major' | 'critical' | 'blocker';

const severities = { deny: 'critical', warn: 'minor' } as const satisfies Record<string, Severity>;

/**
 * Returns a report as Code Quality JSON of GitLab: one issue for each finding, note and problem. The fields are those of
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (GitLab 18).
 */
export function gitlabReport(report: CheckReport): string {
  const fingerprintOf = fingerprintsOf();
  const issues = report.objects.flatMap((object) =>
    findingsWithAction(object).map(({ finding, action }) => {
      const { file, line } = findingPlace(object, finding) ?? { file: titleOf(object).replace(' ', '/'), line: 1 };
      return {
        description: findingWords(finding, object.subject),
        check_name: finding.kind,
        fingerprint: fingerprintOf(object, finding),
        severity: severities[action],
        location: { path: relativePath(file), lines: { begin: line } },
      };
    }),
  );
  const all = [
    ...issues,
    ...report.problems.map(noteIssue('incomplete', 'major')),
    ...report.notes.map(noteIssue('note', 'info')),
  ];
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

function noteIssue(name: string, severity: Severity) {
  return ({ place, message }: Note) => {
    const { file, line } = place ?? { file: 'pullgate', line: 1 };
    const path = relativePath(file);
    return {
      description: message,
      check_name: name,
      fingerprint: hashOf(JSON.stringify([name, path, line, message])),
      severity,
      location: { path, lines: { begin: line } },
    };
  };
}
