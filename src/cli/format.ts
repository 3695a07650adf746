import type { Format } from './format-names.ts';
import type { FormatOptions } from './format-options.ts';
import { githubReport } from './github-report.ts';
import { gitlabReport } from './gitlab-report.ts';
import { htmlReport } from './html-report.ts';
import { jsonReport } from './json-report.ts';
import { junitReport } from './junit-report.ts';
import { policyReport } from './policy-report.ts';
import type { CheckReport } from './report.ts';
import { sarifReport } from './sarif-report.ts';
import { textReport } from './text-report.ts';

/** For each value of `--output`, the function that returns the text of a report. */
export const formats = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
  github: githubReport,
  gitlab: gitlabReport,
  policyreport: policyReport,
  html: htmlReport,
} as const satisfies Readonly<Record<Format, (report: CheckReport, options: FormatOptions) => string>>;
