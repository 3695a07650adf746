/** The parts of an image as its author wrote them: for words only, so it answers for invalid references too. */
export interface WrittenImage {
  /** `docker.io` where none is written. */
  readonly registry: string;
  readonly hostWritten: boolean;
  /** Below the registry, without what Docker Hub implies. */
  readonly repository: string;
  /** Registry (where written) and repository: what a tag is put behind. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Splits as distribution's reference package does: a first segment with a dot, a colon or `localhost` is a host. */
export function splitImage(image: string): WrittenImage {
  const [tagged = '', digest] = image.split('@', 2);
  const colon = tagged.lastIndexOf(':');
  const hasTag = colon > tagged.lastIndexOf('/');
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hostWritten = first === 'localhost' || /[.:]/.test(first);
  return {
    registry: hostWritten ? first : 'docker.io',
    hostWritten,
    repository: hostWritten ? name.slice(slash + 1) : name,
    name,
    ...(hasTag && { tag: tagged.slice(colon + 1) }),
    ...(digest !== undefined && { digest }),
  };
}
