/** Something that is written in a file. */
export interface FileSource {
  readonly from: 'file';
  /** The path that the user gave, or below it for a folder. `<stdin>` for standard input. */
  readonly file: string;
  /** Returns the line, from 1, of a field (`spec.containers[0].image`, '' for the object) or of its nearest parent. */
  lineOf(fieldPath: string): number;
}

/** An object that was read from a cluster. */
export interface ClusterSource {
  readonly from: 'cluster';
  /** `metadata.uid`, if it is known. */
  readonly uid?: string;
}

/** Where an object comes from. */
export type Source = FileSource | ClusterSource;

/** A position in a file. */
export interface Place {
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** Starts at 1. */
  readonly column?: number;
}

/** Returns where a field of an object is written ('' for the object). Undefined for an object of a cluster. */
export function placeOf(source: Source, fieldPath = ''): Place | undefined {
  return source.from === 'file' ? { file: source.file, line: source.lineOf(fieldPath) } : undefined;
}

/** Returns `file:line`, and `:column` if it is known, as compilers write it. */
export function placeWords({ file, line, column }: Place): string {
  return `${file}:${line}${column === undefined ? '' : `:${column}`}`;
}
