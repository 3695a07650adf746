/**
 * A rule of the table `rewrite`, which the containerd of K3s and RKE2 applies to the repository of a request: a regular
 * expression in the syntax of Go, and the text that replaces every match.
 */
export type RewriteRule = readonly [pattern: string, replacement: string];
