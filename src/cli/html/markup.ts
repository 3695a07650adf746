/** HTML that is safe to put into a page. Only `html` makes it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text, which is escaped, or markup. An undefined part is left out. */
type Part = string | number | undefined | Markup | readonly Markup[];

/** Returns markup from a template. Every text in it is escaped, so that no name in a cluster becomes an element. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(parts.reduce((text, part, at) => `${text}${written(values[at - 1])}${part}`));
}

/** Returns a text of the documentation, in which a code stands between backticks. */
export function prose(text: string): Markup {
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}

function written(value: Part): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  return typeof value === 'object' ? value.join('') : escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Returns a text for an element or a quoted attribute. Control and format characters become U+FFFD. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
    .replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
