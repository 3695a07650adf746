import type { Answer, Failure, Found } from '../engine/answer.ts';
import type { ImageReference } from '../engine/image-reference.ts';
import type { Ask, Party } from './ask.ts';
import { evidenceOf } from './ask.ts';
import { combined } from './combine.ts';
import { describe, manifestLimit } from './describe.ts';
import type { Exchange } from './exchange.ts';
import { explained } from './explain.ts';
import { manifestAccept } from './media-type.ts';
import { replyFailure } from './refusal.ts';
import type { Request } from './request.ts';

/** What a look-up is made with: asks to their end, and single exchanges. */
export interface Client {
  readonly request: Request;
  readonly exchange: Exchange;
}

/**
 * What containerd's resolver finds at these hosts, in their order: HEAD decides; GET where HEAD is not known there or
 * names no digest or length. A digest is looked for among the manifests and, where there is none, among the blobs.
 * Mirrors Resolve of containerd core/remotes/docker/resolver.go. Undefined: there is no host to ask.
 */
export async function resolve(
  client: Client,
  reference: ImageReference,
  parties: readonly Party[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const { digest, tag = 'latest' } = reference;
  const failures: Failure[] = [];
  const missing: Party[] = [];
  for (const party of parties) {
    const answer = await lookUp(client, askFor(party, `manifests/${digest ?? tag}`), digest, signal);
    if (endsIt(answer)) return answer;
    failures.push(answer);
    if (answer.kind === 'not-found') missing.push(party);
  }
  if (digest === undefined) return combined(failures);
  for (const party of missing) {
    const answer = await lookUp(client, askFor(party, `blobs/${digest}`), digest, signal);
    if (answer.kind === 'found' || answer.kind === 'unsupported') return answer;
  }
  return combined(failures);
}

function askFor(party: Party, path: string): Ask {
  return { party, asked: 'manifest', method: 'HEAD', path, accept: manifestAccept, limit: manifestLimit };
}

/** A host that serves something else than a manifest ends it, as at a node; only one too large gives way to the next. */
function endsIt(answer: Answer): answer is Found | (Failure & { kind: 'unsupported' }) {
  return answer.kind === 'found' || (answer.kind === 'unsupported' && answer.reason !== 'too-large');
}

async function lookUp(client: Client, ask: Ask, digest: string | undefined, signal: AbortSignal): Promise<Answer> {
  const head = await client.request(ask, signal);
  if (head.kind !== 'reply' || head.status >= 300) return explained(client.exchange, ask, head, signal);
  const described = describe(head, digest, evidenceOf(ask));
  if (described.kind !== 'unclear') return described;
  const byGet: Ask = { ...ask, method: 'GET' };
  const get = await client.request(byGet, signal);
  if (get.kind !== 'reply') return get;
  if (get.status >= 300) return replyFailure(byGet, get);
  const clear = describe(get, digest, evidenceOf(byGet));
  // A body that was read has a digest and a length: what is still unclear is a bug.
  if (clear.kind === 'unclear') throw new Error('a manifest that was fetched has no descriptor');
  return clear;
}
