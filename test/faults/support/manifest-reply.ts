import type { Rule, ServerScript } from '../../support/scripted-registry/script.ts';

/** A server that sends `reply` for each request for a manifest. `match.method` and `times` limit the rule. */
export function manifestReply(
  reply: Rule['do'],
  match: { readonly method?: string } = {},
  times?: number,
): ServerScript {
  const rule = { match: { path: '/manifests/', ...match }, do: reply };
  return { rules: [times === undefined ? rule : { ...rule, times }] };
}
