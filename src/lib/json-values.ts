const comma = 0x2c;
const bracket = 0x5b;
const brace = 0x7b;

/**
 * Whether a JSON text has at most about `most` names and values, in one pass without parsing: the time and the memory of
 * a parser depend on their number more than on the bytes. Commas and brackets inside strings count too.
 */
export function hasAtMost(text: Uint8Array, most: number): boolean {
  let values = 0;
  for (const byte of text) {
    if (byte !== comma && byte !== bracket && byte !== brace) continue;
    values += 1;
    if (values > most) return false;
  }
  return true;
}
