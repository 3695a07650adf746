import type { Finding } from '../engine/finding.ts';
import { inline, utf8Length } from './plain-text.ts';

/** Limit of the findings' JSON in an audit event, in bytes. */
const maxBytes = 8192;

/** Keys have no slash, because the API server puts the webhook's name and a slash in front of each. */
export type AuditAnnotations = Readonly<Record<string, string>>;

/**
 * The findings as data for the audit log: `verdict` (`allowed` or `denied`), `findings` (a JSON array of at most 8 KiB,
 * denied findings first) and, if some did not fit, `findings-omitted` (their number).
 */
export function auditAnnotations({
  allowed,
  denied,
  warned,
}: {
  readonly allowed: boolean;
  readonly denied: readonly Finding[];
  readonly warned: readonly Finding[];
}): AuditAnnotations {
  const all = [
    ...denied.map((finding) => JSON.stringify(record(finding, 'deny'))),
    ...warned.map((finding) => JSON.stringify(record(finding, 'warn'))),
  ];
  const kept = fitting(all);
  const omitted = all.length - kept.length;
  return {
    verdict: allowed ? 'allowed' : 'denied',
    findings: `[${kept.join(',')}]`,
    ...(omitted > 0 && { 'findings-omitted': String(omitted) }),
  };
}

function fitting(records: readonly string[]): readonly string[] {
  let bytes = 2;
  const end = records.findIndex((record) => (bytes += utf8Length(record) + 1) > maxBytes);
  return end < 0 ? records : records.slice(0, end);
}

function record(finding: Finding, action: 'deny' | 'warn'): object {
  const { kind, use, mitigation } = finding;
  return {
    kind,
    action,
    ...(use && { container: inline(use.name, 63), path: inline(use.path, 100), image: inline(use.image) }),
    ...(mitigation && { mitigation }),
    ...('answer' in finding && answered(finding.answer)),
  };
}

function answered(answer: Extract<Finding, { readonly answer: unknown }>['answer']): object {
  const reason = 'reason' in answer && { reason: answer.reason };
  if (answer.kind === 'not-asked') return { answer: answer.kind, ...reason };
  const { host, status, code } = answer.evidence;
  return {
    answer: answer.kind,
    ...reason,
    host: inline(host, 80),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: inline(code, 40) }),
  };
}
