/** Replaces a secret in the debug bundle. */
export const redacted = '[redacted]';

/** Remembers secrets, and removes them from texts. */
export interface Scrub {
  /** Remembers a secret. Ignores one of fewer than three characters, because it is in every text by chance. */
  add(secret: string): void;
  /**
   * Returns a copy of a value as JSON would store it, without a secret in any text of it. Undefined if there were too
   * many secrets to remember.
   */
  clean(value: unknown): unknown;
}

const shortest = 3;
/** How many characters in a row of a secret give it away. */
const part = 8;
/** The longest secret that may come back in another form. A longer one is a token, which is sent as it is. */
const longestPassword = 200;
/** Limit of remembered parts. 1,000 tokens have about as many. */
const mostParts = 1_000_000;
/** The longest text in the bundle, in characters. */
const textLimit = 1_000;

/** `user:password@`, as in a URL, but not `name:tag@sha256:…` of an image. */
const userInfo = /[^\s/@:'"=]+:[^\s/@'"]*@(?!sha\d+:)/gi;

/** Returns a scrub that knows no secret yet. */
export function createScrub(): Scrub {
  const wholes = new Set<string>();
  const parts = new Set<string>();
  let full = false;

  function remember(form: string): void {
    const text = form.toLowerCase();
    full ||= parts.size + wholes.size + text.length > mostParts;
    if (full) return;
    if (text.length < part) wholes.add(text);
    for (let at = 0; at + part <= text.length; at += 1) parts.add(text.slice(at, at + part));
  }

  function holdsSecret(text: string): boolean {
    const searched = text.toLowerCase();
    if ([...wholes].some((whole) => searched.includes(whole))) return true;
    for (let at = 0; at + part <= searched.length; at += 1) if (parts.has(searched.slice(at, at + part))) return true;
    return false;
  }

  /** Hides each word that holds a secret, and the whole text if a secret spreads over several words. */
  function cleanText(text: string): string {
    const short = text.slice(0, textLimit).replaceAll(userInfo, `${redacted}@`);
    if (!holdsSecret(short)) return short;
    const words = short.replaceAll(/[^\s"',;()[\]{}]+/g, (word) => (holdsSecret(word) ? redacted : word));
    return holdsSecret(words) ? redacted : words;
  }

  return {
    add(secret) {
      if (secret.length < shortest) return;
      for (const form of formsOf(secret)) remember(form);
    },
    clean(value) {
      if (full) return undefined;
      const json: unknown = JSON.parse(JSON.stringify(value));
      return cleanAll(json, cleanText);
    },
  };
}

/** The forms in which a secret may come back: as it is, in a URL, in JSON, in base64 and in hexadecimal. */
function formsOf(secret: string): readonly string[] {
  if (secret.length > longestPassword) return [secret];
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

function cleanAll(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanAll(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), cleanAll(item, clean)]));
}
