/** The metrics of a PromQL query, and each label that it selects or groups by. */
export interface QueryNames {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

const keywords = new Set(['by', 'without', 'and', 'or', 'unless', 'on', 'ignoring', 'bool', 'offset']);

/** Returns the names in a query. Knows only the part of PromQL that `manifests/observe` uses. */
export function namesIn(query: string): QueryNames {
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
  return { metrics: names.filter((name) => !keywords.has(name)), labels: [...selectors, ...groupings] };
}
