import { wordsFor, type Subject } from './by-kind.ts';
import { evidenceWords } from './evidence.ts';
import { fixFor } from './fixes.ts';
import type { Group } from './grouped.ts';
import { noteWords } from './mitigation-words.ts';
import { enumerate, inline } from './plain-text.ts';
import { topics } from './topic.ts';
import { triedWords } from './tried.ts';

/** Everything that is said about a group of findings besides its sentence, in parts. A part without text is undefined. */
export interface Account {
  /** What to check: `wrong reference`, `missing credentials`. */
  readonly topic: string;
  /** The image as written. */
  readonly image: string | undefined;
  /** The field paths that name the image. */
  readonly at: string | undefined;
  /** The request and its answer. */
  readonly evidence: string | undefined;
  /** The credentials that were tried, with the answer to each. */
  readonly tried: string | undefined;
  /** Why the finding is only a warning, and which nodes it is about if not all. */
  readonly note: string | undefined;
  /** How to fix it. Ends with a colon if there is a command. */
  readonly advice: string;
  readonly command: string | undefined;
}

/** Returns the parts of what is said about a group of findings. Each is one line without control characters. */
export function accountOf({ finding, uses }: Pick<Group, 'finding' | 'uses'>, subject: Subject): Account {
  const { advice, command } = fixFor(finding, subject);
  const tried = 'attempts' in finding ? triedWords(finding.attempts, finding.unused) : [];
  return {
    topic: wordsFor(topics, finding, subject),
    image: inline(finding.use?.image ?? '') || undefined,
    at: uses.length === 0 ? undefined : enumerate(uses, 3, ({ path }) => inline(path, 100)),
    evidence: 'answer' in finding ? evidenceWords(finding.answer, finding.reference?.registry) : undefined,
    tried: tried.length === 0 ? undefined : firstOf(tried),
    note: noteWords(finding),
    advice: advice.replace(/[.:]$/, command === undefined ? '.' : ':'),
    command,
  };
}

function firstOf(tried: readonly string[]): string {
  return [...tried.slice(0, 4), ...(tried.length > 4 ? [`${tried.length - 4} more`] : [])].join('; ');
}
