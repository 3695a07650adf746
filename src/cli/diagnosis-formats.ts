import { diagnosisJson } from './diagnosis-json.ts';
import type { DiagnosisReport } from './diagnosis-report.ts';
import { diagnosisTextReport } from './diagnosis-text.ts';

/** The formats of `pullgate diagnose`. */
export type DiagnosisFormat = 'text' | 'json';

/** One function for each format. */
export const diagnosisReports: Readonly<Record<DiagnosisFormat, (report: DiagnosisReport) => string>> = {
  text: diagnosisTextReport,
  json: diagnosisJson,
};
