/** Values of symbols: with `registry` → `127.0.0.1:40123`, `{{registry}}` is replaced by that address. */
export type Symbols = Readonly<Record<string, string>>;

/** Returns a copy of `value` with every `{{symbol}}` in its texts and keys replaced. Unknown symbols stay. */
export function substitute<T>(value: T, symbols: Symbols): T {
  const text = JSON.stringify(value).replaceAll(/\{\{([a-z0-9.-]+)\}\}/g, (symbol, name: string) =>
    Object.hasOwn(symbols, name) ? JSON.stringify(symbols[name]).slice(1, -1) : symbol,
  );
  return JSON.parse(text) as T;
}
