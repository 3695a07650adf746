/**
 * The Levenshtein distance between two texts in UTF-16 code units; Infinity if it is greater than `max`. Cells further
 * than `max` from the diagonal are skipped, so the time is linear in the length of the texts.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  let current = previous.map(() => Infinity);
  for (let row = 1; row <= a.length; row += 1) {
    const first = Math.max(1, row - max);
    const last = Math.min(b.length, row + max);
    current[first - 1] = first === 1 ? row : Infinity;
    let least = current[first - 1] ?? Infinity;
    for (let column = first; column <= last; column += 1) {
      const replaced = (previous[column - 1] ?? Infinity) + Number(a[row - 1] !== b[column - 1]);
      const removed = (column < row + max ? (previous[column] ?? Infinity) : Infinity) + 1;
      const distance = Math.min(replaced, removed, (current[column - 1] ?? Infinity) + 1);
      current[column] = distance;
      least = Math.min(least, distance);
    }
    if (least > max) return Infinity;
    [previous, current] = [current, previous];
  }
  const distance = previous[b.length] ?? Infinity;
  return distance <= max ? distance : Infinity;
}
