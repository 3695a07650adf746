import type { Finding } from '../engine/finding.ts';
import type { ImageUse, UseKind } from '../engine/workload/image-use.ts';
import type { Subject } from './by-kind.ts';
import { enumerate, quote } from './plain-text.ts';
import { sentence } from './sentence.ts';

/** Findings with the same text about the same image. They become one entry, however many containers use the image. */
export interface Group {
  readonly finding: Finding;
  readonly sentence: string;
  readonly uses: readonly ImageUse[];
}

/** Groups findings that read the same, in the order in which each group first occurs. */
export function grouped(findings: readonly Finding[], subject: Subject): readonly Group[] {
  const groups = new Map<string, { finding: Finding; sentence: string; uses: ImageUse[] }>();
  for (const finding of findings) {
    const text = sentence(finding, subject);
    const key = JSON.stringify([finding.kind, finding.mitigation, finding.use?.image, text]);
    const group = groups.get(key) ?? { finding, sentence: text, uses: [] };
    if (finding.use !== undefined) group.uses.push(finding.use);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const useNames: Readonly<Record<UseKind, string>> = {
  init: 'init container',
  container: 'container',
  ephemeral: 'ephemeral container',
  volume: 'image volume',
};

/** `container "app", container "sidecar" and 3 more`; empty for a finding about the workload itself. */
export function whereWords(uses: readonly ImageUse[], max: number): string {
  return enumerate(
    uses.map(({ kind, name }) => `${useNames[kind]} ${quote(name, 63)}`),
    max,
  );
}
