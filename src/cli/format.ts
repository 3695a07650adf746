import type { Format } from './format-names.ts';
import { jsonReport } from './json-report.ts';
import { junitReport } from './junit-report.ts';
import type { CheckReport } from './report.ts';
import { sarifReport } from './sarif-report.ts';
import { textReport } from './text-report.ts';

export interface FormatOptions {
  readonly colour: boolean;
  /** The version of Pullgate. */
  readonly version: string;
}

/** For each value of `--output`, the function that returns the text of a report. */
export const formats = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
} as const satisfies Readonly<Record<Format, (report: CheckReport, options: FormatOptions) => string>>;
