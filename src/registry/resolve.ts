import type { Answer } from '../engine/answer.ts';
import type { ImageReference } from '../engine/image/image-reference.ts';
import { type Ask, evidenceOf, type Outcome, type Target } from './ask.ts';
import { worstOfHosts } from './worst-of-hosts.ts';
import { descriptorOf, manifestLimit } from './descriptor-of.ts';
import type { Exchange } from './exchange.ts';
import { askWhy } from './ask-why.ts';
import { manifestAccept } from './media-type.ts';
import type { Request } from './request.ts';

/** What a look-up is made with: asks to their end, and single exchanges. */
export interface Client {
  readonly request: Request;
  readonly exchange: Exchange;
}

/** A host that had nothing; its words are asked for only where no other host has something. */
interface Miss {
  readonly kind: 'miss';
  readonly ask: Ask;
  readonly outcome: Outcome;
  /** No other host is asked after this. */
  readonly final: boolean;
}

/**
 * What containerd's resolver finds at these hosts, in their order: HEAD decides; GET where HEAD is not known there or
 * names no digest or length. A digest is looked for among the manifests and, where there is none, among the blobs.
 * Mirrors Resolve of containerd core/remotes/docker/resolver.go. Undefined: there is no host to ask.
 */
export async function resolve(
  client: Client,
  reference: ImageReference,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const { digest, tag = 'latest' } = reference;
  const misses: Miss[] = [];
  for (const target of targets) {
    const answer = await lookUp(client, askFor(target, `manifests/${digest ?? tag}`), digest, signal);
    if (answer.kind !== 'miss') return answer;
    if (answer.final) return askWhy(client.exchange, answer.ask, answer.outcome, signal);
    misses.push(answer);
  }
  for (const { ask } of digest === undefined ? [] : misses.filter(isMissing)) {
    const answer = await lookUp(client, askFor(ask.target, `blobs/${digest}`), digest, signal);
    if (answer.kind !== 'miss') return answer;
  }
  return worstOfHosts(
    await Promise.all(misses.map(({ ask, outcome }) => askWhy(client.exchange, ask, outcome, signal))),
  );
}

function askFor(target: Target, path: string): Ask {
  return { target, asked: 'manifest', method: 'HEAD', path, accept: manifestAccept, limit: manifestLimit };
}

function isMissing({ outcome }: Miss): boolean {
  return outcome.kind === 'reply' && outcome.status === 404;
}

/** What serves something else than a manifest ends it, as at a node; only one too large gives way to the next host. */
async function lookUp(
  { request }: Client,
  ask: Ask,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<Answer | Miss> {
  const head = await request(ask, signal);
  // A redirect that leads nowhere is no miss to containerd, but the end.
  if (head.kind !== 'reply' || head.status >= 300) return miss(ask, head, head.kind === 'reply' && head.status < 400);
  const described = descriptorOf(head, digest, evidenceOf(ask));
  if (described.kind !== 'unclear') return orMiss(described, ask);
  const byGet: Ask = { ...ask, method: 'GET' };
  const get = await request(byGet, signal);
  if (get.kind !== 'reply' || get.status >= 300) return miss(byGet, get, true);
  const clear = descriptorOf(get, digest, evidenceOf(byGet));
  // A body that was read has a digest and a length: what is still unclear is a bug.
  if (clear.kind === 'unclear') throw new Error('a manifest that was fetched has no descriptor');
  return orMiss(clear, byGet);
}

function orMiss(answer: Answer, ask: Ask): Answer | Miss {
  const goesOn = answer.kind === 'unsupported' && answer.reason === 'too-large';
  return goesOn ? miss(ask, answer, false) : answer;
}

function miss(ask: Ask, outcome: Outcome, final: boolean): Miss {
  return { kind: 'miss', ask, outcome, final };
}
