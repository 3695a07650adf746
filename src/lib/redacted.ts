/**
 * A secret text that cannot get into a log, an error or a message by accident: string conversion, JSON and util.inspect
 * all print `[redacted]`. Only `reveal()` returns the text.
 */
export class Redacted {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret text. */
  reveal(): string {
    return this.#text;
  }

  /** Whether the text is ''. The kubelet treats an empty password as no password. */
  get empty(): boolean {
    return this.#text === '';
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}
