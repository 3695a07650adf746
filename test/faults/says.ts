import type { Rule, ServerScript } from '../support/scripted-registry/script.ts';

/** A registry that answers like this where a manifest is asked for: by any method, and always, where nothing else is said. */
export function says(answer: Rule['do'], match: { readonly method?: string } = {}, times?: number): ServerScript {
  const rule = { match: { path: '/manifests/', ...match }, do: answer };
  return { rules: [times === undefined ? rule : { ...rule, times }] };
}
