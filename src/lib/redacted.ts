/**
 * A secret text that cannot reach a log, an error or a message by accident: whatever prints it prints
 * `[redacted]`. Only `reveal()` gives the text, and only the code that writes an Authorization header calls it.
 */
export class Redacted {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself. */
  reveal(): string {
    return this.#text;
  }

  /** Whether there is anything to hide: the kubelet takes an empty password for none. */
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
