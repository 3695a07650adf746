/** What mends a finding: what to do, and where one does it, the command. */
export interface Cure {
  readonly advice: string;
  readonly command?: string | undefined;
}
