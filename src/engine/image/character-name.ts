/** Names of characters that editors, web pages and chats put into text in place of the ones that were typed. */
const names: Readonly<Record<string, string>> = {
  '\t': 'TAB',
  '\n': 'LINE FEED',
  '\r': 'CARRIAGE RETURN',
  '"': 'QUOTATION MARK',
  "'": 'APOSTROPHE',
  ',': 'COMMA',
  '\\': 'BACKSLASH',
  '`': 'BACKTICK',
  '\u{a0}': 'NO-BREAK SPACE',
  '\u{ad}': 'SOFT HYPHEN',
  '\u{200b}': 'ZERO WIDTH SPACE',
  '\u{200c}': 'ZERO WIDTH NON-JOINER',
  '\u{200d}': 'ZERO WIDTH JOINER',
  '\u{200e}': 'LEFT-TO-RIGHT MARK',
  '\u{200f}': 'RIGHT-TO-LEFT MARK',
  '\u{2010}': 'HYPHEN',
  '\u{2011}': 'NON-BREAKING HYPHEN',
  '\u{2013}': 'EN DASH',
  '\u{2014}': 'EM DASH',
  '\u{2018}': 'LEFT SINGLE QUOTATION MARK',
  '\u{2019}': 'RIGHT SINGLE QUOTATION MARK',
  '\u{201c}': 'LEFT DOUBLE QUOTATION MARK',
  '\u{201d}': 'RIGHT DOUBLE QUOTATION MARK',
  '\u{2026}': 'HORIZONTAL ELLIPSIS',
  '\u{202e}': 'RIGHT-TO-LEFT OVERRIDE',
  '\u{2060}': 'WORD JOINER',
  '\u{2212}': 'MINUS SIGN',
  '\u{430}': 'CYRILLIC SMALL LETTER A',
  '\u{435}': 'CYRILLIC SMALL LETTER IE',
  '\u{43e}': 'CYRILLIC SMALL LETTER O',
  '\u{440}': 'CYRILLIC SMALL LETTER ER',
  '\u{441}': 'CYRILLIC SMALL LETTER ES',
  '\u{445}': 'CYRILLIC SMALL LETTER HA',
  '\u{feff}': 'ZERO WIDTH NO-BREAK SPACE',
  '\u{ff0f}': 'FULLWIDTH SOLIDUS',
  '\u{ff1a}': 'FULLWIDTH COLON',
};

/**
 * Returns how a message shows one character that may be invisible or look like another one: `U+200B (ZERO WIDTH
 * SPACE)`. A character without a known name has only its code point.
 */
export function characterName(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = Object.hasOwn(names, character) ? ` (${names[character]})` : '';
  return `U+${digits}${name}`;
}
