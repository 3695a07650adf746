import type { FindingOf, Fix, Subject } from './by-kind.ts';
import { isOwnHost } from './evidence.ts';
import { moveOf, movedImage, moveSentence } from './known-moves.ts';
import { writeImage } from './kubectl.ts';

/** The kinds of finding that a moved or closed registry or repository can cause. */
type MayHaveMoved = FindingOf<
  'image-not-found' | 'access-denied' | 'access-unknown' | 'registry-unknown-host' | 'registry-unreachable'
>;

/**
 * Adds the new place of an image to the start of its fix. If every pull from the old place fails, returns only the new
 * place. Returns the fix unchanged if no move of the image is known, or if the registry's answer contradicts the move.
 */
export function movedFix(finding: MayHaveMoved, subject: Subject, fix: Fix): Fix {
  const { use, reference, answer } = finding;
  const move = reference === undefined ? undefined : moveOf(reference);
  if (reference === undefined || move === undefined) return fix;
  const mirrored = !isOwnHost(answer.evidence.host, reference.registry);
  const exists = finding.kind === 'image-not-found' && finding.nearestTags.length > 0;
  // A move does not explain why a mirror is unreachable, and a repository with tags is not closed.
  if (answer.kind === 'unreachable' && mirrored) return fix;
  if (exists && (move.gone === true || move.to === undefined)) return fix;
  // If only some images are gone, that does not explain why the whole host is unreachable.
  if (answer.kind === 'unreachable' && move.gone !== true && move.to === undefined) return fix;

  // If the old place has other tags, the missing tag may not exist in the new place either.
  const image = movedImage(reference, exists ? { ...move, sameTags: false } : move);
  const sentence = moveSentence(move, image);
  if (move.gone !== true || mirrored) return { ...fix, advice: `${sentence} ${fix.advice}` };
  const command = use && image && move.sameTags === true ? writeImage(subject, use, image) : undefined;
  return { advice: sentence, command };
}
