import type { KindOf } from '../engine/workload/workload-kind.ts';
import { parseManifests, type ParsedManifests } from './parse-manifests.ts';
import { readTexts, type ReadOptions, type Sources } from './read-texts.ts';

/** Reads and parses the manifests of each source. What cannot be read or parsed is a problem, and the rest goes on. */
export async function readManifests(
  sources: Sources,
  options: ReadOptions & { readonly kindOf: KindOf },
): Promise<ParsedManifests> {
  const { texts, problems } = await readTexts(sources, options);
  const parsed = texts.map((text) => parseManifests(text, options.kindOf));
  return {
    manifests: parsed.flatMap(({ manifests }) => manifests),
    notes: parsed.flatMap(({ notes }) => notes),
    problems: [...problems, ...parsed.flatMap((result) => result.problems)],
  };
}
