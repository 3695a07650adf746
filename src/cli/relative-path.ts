/** Returns a relative path without a leading `./`: code hosts compare it with the paths of a repository. */
export function relativePath(file: string): string {
  return file.replace(/^(?:\.\/+)+/, '');
}
