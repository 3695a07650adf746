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

/** The groups, and the number of findings that are in none of them. */
export interface Groups {
  readonly groups: readonly Group[];
  readonly left: number;
}

/**
 * How many findings are compared by their text. It is many times more than a message has room for. Further findings
 * join a group of the same kind and image, or are only counted.
 */
const maxCompared = 1_000;

/** Groups findings that read the same, in the order in which each group first occurs. */
export function grouped(findings: readonly Finding[], subject: Subject): Groups {
  const groups = new Map<string, { finding: Finding; sentence: string; uses: ImageUse[] }>();
  const similar = new Map<string, { uses: ImageUse[] }>();
  for (const finding of findings.slice(0, maxCompared)) {
    const text = sentence(finding, subject);
    const about = aboutKey(finding);
    const key = `${about} ${text}`;
    const group = groups.get(key) ?? { finding, sentence: text, uses: [] };
    if (finding.use !== undefined) group.uses.push(finding.use);
    groups.set(key, group);
    similar.set(about, group);
  }
  let left = 0;
  for (const finding of findings.slice(maxCompared)) {
    const group = similar.get(aboutKey(finding));
    if (group === undefined) left += 1;
    else if (finding.use !== undefined) group.uses.push(finding.use);
  }
  return { groups: [...groups.values()], left };
}

function aboutKey({ kind, mitigation, use }: Finding): string {
  return JSON.stringify([kind, mitigation, use?.image]);
}

const useNames: Readonly<Record<UseKind, string>> = {
  init: 'init container',
  container: 'container',
  ephemeral: 'ephemeral container',
  volume: 'image volume',
};

/** `container "app", container "sidecar" and 3 more`; empty for a finding about the workload itself. */
export function whereWords(uses: readonly ImageUse[], max: number): string {
  return enumerate(uses, max, ({ kind, name }) => `${useNames[kind]} ${quote(name, 63)}`);
}
