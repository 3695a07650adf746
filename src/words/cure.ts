/** What mends a finding: what to do, and the command or the line of YAML that does it, where there is one. */
export interface Cure {
  readonly advice: string;
  readonly command?: string | undefined;
}
