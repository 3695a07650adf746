import type { Failure, NotAsked } from '../../../engine/answer.ts';
import { policyDecision } from '../../../engine/hosts/containers/policy-json.ts';
import { pullSources } from '../../../engine/hosts/containers/pull-sources.ts';
import { defaultRegistriesConf } from '../../../engine/hosts/containers/registries-conf.ts';
import { pullCandidates } from '../../../engine/hosts/containers/short-names.ts';
import { familiarName, type ImageReference } from '../../../engine/image/image-reference.ts';
import type { Question } from '../../../engine/ports.ts';
import type { Target } from '../../ask.ts';
import type { ContainersFiles } from '../../hosts/containers-files.ts';
import { loginFor } from './login-for.ts';
import type { CrioOptions } from './options.ts';
import { sourceTarget } from './source-target.ts';

/**
 * Returns the sources that CRI-O tries, in order: for each name that a short name stands for, the mirrors and then the
 * registry. `last` is set for the last source of each name. A failure if CRI-O gives up before it asks a source. Mirrors
 * pullImage of CRI-O v1.34.0 server/image_pull.go, and newImageSource of containers/image v5.35.0
 * docker/docker_image_src.go.
 */
export async function targetsInCrio(question: Question, options: CrioOptions): Promise<readonly Target[] | Failure> {
  const { reference } = question;
  const files = await options.containers?.files();
  const unsure: NotAsked = { kind: 'not-asked', reason: 'node-files', host: reference.registry };
  if (files !== undefined && (files.policy === undefined || files.registries === undefined)) return unsure;
  const registries = files?.registries ?? defaultRegistriesConf;
  const names = namesOf(reference, files);
  if ('kind' in names) return names;
  const targets: Target[] = [];
  for (const name of names) {
    const found = pullSources(registries, name);
    if (found.kind === 'unusable') return unsure;
    const rejectedBy = rejection(name, files);
    for (const [at, source] of found.sources.entries()) {
      const login = loginFor(question, name, source.reference, files);
      const last = at === found.sources.length - 1;
      targets.push(await sourceTarget({ question, name, source, login, last, rejectedBy }, options));
    }
  }
  return reference.unqualified === true && files === undefined ? withUnknownNames(targets, reference) : targets;
}

/** The names that an image stands for. Without the files of the nodes, a short name may stand for others too. */
function namesOf(reference: ImageReference, files: ContainersFiles | undefined): readonly ImageReference[] | Failure {
  const { unqualified, tag = 'latest', digest, ...repository } = reference;
  const version = digest === undefined ? { tag } : { digest };
  if (unqualified !== true || files?.registries === undefined) return [{ ...repository, ...version }];
  const written = `${familiarName(reference)}${digest === undefined ? `:${tag}` : `@${digest}`}`;
  const names = pullCandidates(files.registries, written);
  return names.kind === 'candidates'
    ? names.candidates
    : { kind: 'forbidden', reason: 'short-name', host: reference.registry };
}

function rejection(name: ImageReference, files: ContainersFiles | undefined): Failure | undefined {
  const decision = files?.policy === undefined ? 'accept' : policyDecision(files.policy, name);
  if (decision === 'accept') return undefined;
  return decision === 'reject'
    ? { kind: 'forbidden', reason: 'policy', host: name.registry }
    : { kind: 'not-asked', reason: 'signature', host: name.registry };
}

function withUnknownNames(targets: readonly Target[], { registry }: ImageReference): readonly Target[] {
  return targets.map((target, at) =>
    at === targets.length - 1
      ? { ...target, unsure: { kind: 'not-asked', reason: 'short-name', host: registry } as const }
      : target,
  );
}
