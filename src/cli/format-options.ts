/** What a report says about itself, besides what was found. */
export interface FormatOptions {
  readonly colour: boolean;
  /** The version of Pullgate. */
  readonly version: string;
  /** The command that made the report, such as `check`. */
  readonly command: string;
  readonly now: Date;
}
