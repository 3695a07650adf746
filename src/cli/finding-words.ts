import { fixFor } from '../words/fixes.ts';
import { sentence } from '../words/sentence.ts';

/** Returns the cause of a finding and its fix, with the command if there is one, as one line. */
export function findingWords(...[finding, subject]: Parameters<typeof fixFor>): string {
  const { advice, command } = fixFor(finding, subject);
  const fix = command === undefined ? advice.replace(/:$/, '.') : `${advice.replace(/[.:]$/, '')}: ${command}`;
  return `${sentence(finding, subject)} ${fix}`;
}
