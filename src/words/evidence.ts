import type { Evidence, Failure } from '../engine/answer.ts';
import { inline } from './plain-text.ts';

/**
 * What was asked and what came back: `HEAD manifest at ghcr.io: 404 MANIFEST_UNKNOWN`. `registry` is the image's own.
 * Undefined if nobody was asked.
 * It is made of fixed words, numbers and listed codes: nothing else that a registry sent is repeated.
 */
export function evidenceWords(answer: Failure, registry?: string): string | undefined {
  if (answer.kind === 'not-asked') return undefined;
  const { evidence } = answer;
  const asked = `${evidence.method} ${evidence.asked} at ${inline(evidence.host, 80)}${forRegistry(evidence.host, registry)}`;
  return `${asked}: ${heard(answer, evidence)}${getToo(evidence)}`;
}

function heard(answer: Exclude<Failure, { kind: 'not-asked' }>, { status, code }: Evidence): string {
  if (status === undefined) return answer.kind === 'unreachable' ? `no answer (${answer.reason})` : 'no answer';
  if (answer.kind === 'unsupported' && answer.mediaType !== undefined) {
    return `${status}, of type ${inline(answer.mediaType, 80)}`;
  }
  return code === undefined ? String(status) : `${status} ${inline(code, 40)}`;
}

function getToo({ method, getStatus }: Evidence): string {
  return method === 'HEAD' && getStatus !== undefined ? ` (GET: ${getStatus})` : '';
}

/** Names the image's own registry if a mirror answered for it. */
function forRegistry(host: string, registry = host): string {
  return host === registry || host.endsWith(`.${registry}`) ? '' : ` for ${inline(registry, 80)}`;
}
