import { inline } from '../plain-text.ts';

/** Characters of a message that are shown. */
const maxShown = 300;
/** Characters of a message that are read. */
const maxRead = 8_192;

/** What may hold a secret, and what is shown in its place. Each is linear in the length of the text. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/"'@]{1,2000}@/gi, '$1…@'],
  [/(:\/\/[^\s"'?<>]{1,2000})\?[^\s"'<>]*/g, '$1?…'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{6,}/gi, '$1 …'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '…'],
  [/\b(\w{0,30}(?:token|password|passwd|secret|signature))=["']?[^\s&"',;]{4,}/gi, '$1=…'],
  [/("\w{0,30}(?:token|password|passwd|secret|auth)") ?: ?"[^"]*"/gi, '$1:"…"'],
];

/**
 * A message of the kubelet, made safe to print: one line of at most 300 characters, without queries, user names,
 * passwords and tokens. The runtime quotes the registry in it, so it may contain anything.
 */
export function kubeletText(message: string): string {
  const line = message.slice(0, maxRead).replaceAll(/\s+/g, ' ').trim();
  const redacted = secrets.reduce((text, [pattern, shown]) => text.replaceAll(pattern, shown), line);
  return inline(redacted, maxShown);
}
