import type { Evidence, Failure } from '../engine/answer.ts';
import { inline } from './plain-text.ts';

/**
 * The request and its answer: `HEAD manifest at ghcr.io: 404 MANIFEST_UNKNOWN`. `registry` is the registry of the
 * image. Undefined if no request was sent. The text has only fixed words, numbers and known codes: it repeats nothing
 * else that a registry sent.
 */
export function evidenceWords(answer: Failure, registry?: string): string | undefined {
  if (!('evidence' in answer) || (answer.kind === 'refused' && answer.reason === 'not-utf8')) return undefined;
  const { evidence } = answer;
  const asked = `${evidence.method} ${evidence.asked} at ${inline(`${evidence.host}${evidence.path ?? ''}`, 120)}${forRegistry(evidence.host, registry)}`;
  return `${asked}: ${answerWords(answer, evidence)}${getStatusWords(evidence)}`;
}

function answerWords(answer: Extract<Failure, { evidence: Evidence }>, { status, code }: Evidence): string {
  if (status === undefined) return answer.kind === 'unreachable' ? `no answer (${answer.reason})` : 'no answer';
  if (answer.kind === 'unsupported' && answer.mediaType !== undefined) {
    return `${status}, of type ${inline(answer.mediaType, 80)}`;
  }
  return code === undefined ? String(status) : `${status} ${inline(code, 40)}`;
}

function getStatusWords({ method, getStatus }: Evidence): string {
  return method === 'HEAD' && getStatus !== undefined ? ` (GET: ${getStatus})` : '';
}

/** Whether a host belongs to the registry itself, such as `registry-1.docker.io` to `docker.io`. If not, it is a mirror. */
export function isOwnHost(host: string, registry: string): boolean {
  return host === registry || host.endsWith(`.${registry}`);
}

/** Names the registry of the image if a mirror answered for it. */
function forRegistry(host: string, registry = host): string {
  return isOwnHost(host, registry) ? '' : ` for ${inline(registry, 80)}`;
}
