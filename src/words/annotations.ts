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
  const kept = fitting(records(denied, warned));
  const omitted = denied.length + warned.length - kept.length;
  return {
    verdict: allowed ? 'allowed' : 'denied',
    findings: `[${kept.join(',')}]`,
    ...(omitted > 0 && { 'findings-omitted': String(omitted) }),
  };
}

/** Yields the records one by one, because there may be thousands, and only the first are kept. */
function* records(denied: readonly Finding[], warned: readonly Finding[]): Generator<string, void, void> {
  for (const finding of denied) yield JSON.stringify(record(finding, 'deny'));
  for (const finding of warned) yield JSON.stringify(record(finding, 'warn'));
}

function fitting(texts: Iterable<string>): readonly string[] {
  const kept: string[] = [];
  let bytes = 2;
  for (const text of texts) {
    bytes += utf8Length(text) + 1;
    if (bytes > maxBytes) break;
    kept.push(text);
  }
  return kept;
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
  if (!('evidence' in answer)) return { answer: answer.kind, ...reason };
  const { host, status, code } = answer.evidence;
  return {
    answer: answer.kind,
    ...reason,
    host: inline(host, 80),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: inline(code, 40) }),
  };
}
