/** What a PromQL query asks for: names of metrics, and each label that it selects or groups by. */
export interface Asked {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

const words = new Set(['by', 'without', 'and', 'or', 'unless', 'on', 'ignoring', 'bool', 'offset']);

/** Reads as much of PromQL as the shipped queries use. */
export function askedBy(query: string): Asked {
  const selectors = [...query.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const groupings = [...query.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap(([, inner = '']) =>
    inner.split(',').map((label) => label.trim()),
  );
  const bare = query
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(?:by|on|without)\s*\([^)]*\)/g, ' ');
  const names = [...bare.matchAll(/(?<![\w.$])[a-zA-Z_:][\w:]*(?!\w|\s*\()/g)].map(([name]) => name);
  return { metrics: names.filter((name) => !words.has(name)), labels: [...selectors, ...groupings] };
}
