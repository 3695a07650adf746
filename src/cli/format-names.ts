/** What `--output` takes. `src/commands/` knows the names without loading the reports. */
export const formatNames = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'policyreport', 'html'] as const;

export type Format = (typeof formatNames)[number];
