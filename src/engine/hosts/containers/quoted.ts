const maxLength = 100;

/** The text of a configuration file as it may appear in a message: in quotes, without control characters, and not too long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
}
