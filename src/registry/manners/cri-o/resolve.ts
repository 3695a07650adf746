import type { Answer, Failure, Unsupported } from '../../../engine/answer.ts';
import type { ImageReference } from '../../../engine/image/image-reference.ts';
import { type Ask, evidenceOf, type Reply, type Target } from '../../ask.ts';
import { descriptorOf } from '../../descriptor-of.ts';
import { headerOf } from '../../header.ts';
import { bareMediaType, showable } from '../../media-type.ts';
import { orWebPage, quotaOf } from '../../resolve.ts';
import type { Targets } from '../manners.ts';
import { failureOf } from './failure.ts';
import { lastOfSources } from './last-of-sources.ts';
import { manifestDigest } from './manifest-digest.ts';
import { manifestAsk } from './manifest-ask.ts';
import { formatOf, mediaTypeOf } from './manifest-format.ts';
import { readImage } from './read-image.ts';
import type { CrioClient } from './request.ts';
import { sourceOf } from './source.ts';

/**
 * Resolves an image like CRI-O: the first source that sends a manifest decides, whatever is in it. If it cannot be used,
 * the next name of a short name is tried. Throws if `signal` aborts. Mirrors pullImage of CRI-O v1.34.0
 * server/image_pull.go, and newImageSource of containers/image v5.35.0 docker/docker_image_src.go.
 */
export async function resolve(
  client: CrioClient,
  reference: ImageReference,
  targets: Targets,
  signal: AbortSignal,
): Promise<Answer> {
  const failures: Failure[] = [];
  let isNameDone = false;
  for (const [at, target] of targets.entries()) {
    if (!isNameDone) {
      const attempt = await lookUp(client, target, reference, signal);
      if (attempt.answer.kind === 'found') {
        const { digest, tag = 'latest' } = reference;
        const found = digest === undefined ? { ...attempt.answer, tag } : attempt.answer;
        return hasNextName(targets, at) ? { ...found, othersFollow: true } : found;
      }
      failures.push(attempt.answer);
      isNameDone = attempt.isSource;
    }
    // The next target is the first source of the next name.
    if (target.last) isNameDone = false;
  }
  return lastOfSources(failures);
}

/** Whether a target is not a source of the last name. */
function hasNextName(targets: Targets, at: number): boolean {
  return targets.findIndex(({ last }, position) => last && position >= at) < targets.length - 1;
}

/** The result of one source. `isSource`: it sent a manifest, so that no other source of the same name is tried. */
interface Attempt {
  readonly answer: Answer;
  readonly isSource: boolean;
}

async function lookUp(
  client: CrioClient,
  target: Target,
  { digest, tag = 'latest' }: ImageReference,
  signal: AbortSignal,
): Promise<Attempt> {
  const get = manifestAsk(target, digest ?? tag);
  const fromHead = countsPulls(target)
    ? await byHead(client, { ...get, method: 'HEAD', limit: 0 }, digest, signal)
    : undefined;
  if (fromHead !== undefined) return { answer: fromHead, isSource: true };
  const reply = await client.request(get, signal);
  if (reply.kind !== 'reply' || reply.status !== 200) {
    const failure = reply.kind === 'reply' ? await failureOf(get, reply, client.isRegistry, signal) : reply;
    return { answer: ifSure(failure, target), isSource: false };
  }
  const evidence = { ...evidenceOf(get), status: reply.status };
  if (reply.cut) return { answer: { kind: 'unsupported', reason: 'too-large', evidence }, isSource: false };
  const answer = contentAnswer(get, reply, digest);
  return { answer: await orWebPage(client, get, reply, answer, signal), isSource: true };
}

function ifSure(failure: Failure, { unsure }: Target): Failure {
  return unsure === undefined ? failure : lastOfSources([unsure, failure]);
}

/** What the content of a manifest means. */
function contentAnswer(ask: Ask, reply: Reply, digest: string | undefined): Answer {
  const { target } = ask;
  const evidence = { ...evidenceOf(ask), status: reply.status };
  const format = formatOf(headerOf(reply.headers, 'content-type'));
  const actual = manifestDigest(reply.body);
  if (actual === undefined) return { kind: 'unsupported', reason: 'not-a-manifest', evidence };
  const manifest = readImage(reply.body, format, evidence, sourceOf(target));
  if (manifest.kind === 'unsupported') return unusable(manifest, reply);
  if (manifest.kind !== 'image' && manifest.kind !== 'index') return manifest;
  if (digest !== undefined && actual !== digest) return { kind: 'incomplete', reason: 'digest-mismatch', evidence };
  if (target.rejectedBy !== undefined) return target.rejectedBy;
  const found = { kind: 'found', mediaType: mediaTypeOf[format], digest: actual, size: reply.body.byteLength } as const;
  return { ...found, at: sourceOf(target), ...quotaOf(reply, ask) };
}

/** A wrong or missing media type is the reason why CRI-O cannot use a manifest of another format. */
function unusable(answer: Unsupported, { headers }: Reply): Unsupported {
  const mediaType = bareMediaType(headerOf(headers, 'content-type')).trim().toLowerCase();
  if (formats.has(mediaType)) return answer;
  const shown = showable(mediaType);
  return {
    ...answer,
    reason: mediaType === '' ? 'no-media-type' : 'media-type',
    ...(shown !== undefined && { mediaType: shown }),
  };
}

const formats: ReadonlySet<string> = new Set(Object.values(mediaTypeOf));

/**
 * Docker Hub counts each GET of a manifest as a pull, and HEAD says the same there. The address of Pullgate is often that
 * of the nodes, so GET would use up their quota.
 */
function countsPulls({ host }: Target): boolean {
  return host.host === 'registry-1.docker.io';
}

async function byHead(
  { request }: CrioClient,
  ask: Ask,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const reply = await request(ask, signal);
  if (reply.kind !== 'reply' || reply.status !== 200) return undefined;
  const found = descriptorOf(reply, digest, evidenceOf(ask));
  if (found.kind !== 'found') return undefined;
  return ask.target.rejectedBy ?? { ...found, at: sourceOf(ask.target), ...quotaOf(reply, ask) };
}
