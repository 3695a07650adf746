/** What JSON may be asked without trusting it. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member, or an empty record where there is none of that shape. */
export function recordAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const member = isRecord(value) ? value[key] : undefined;
  return isRecord(member) ? member : {};
}

/** The members of a list that are objects; none where it is no list. */
export function recordsAt(value: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const member = isRecord(value) ? value[key] : undefined;
  return Array.isArray(member) ? member.filter(isRecord) : [];
}

/** The text, or an empty one. */
export function textAt(value: unknown, key: string): string {
  const member = isRecord(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : '';
}

/** Every member that is a text: labels, the data of a secret. */
export function textsAt(value: unknown, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(recordAt(value, key));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
