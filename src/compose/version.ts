import { createRequire } from 'node:module';

/** The version of this build, for `--version` and the User-Agent. The package names itself: this works in each folder. */
export const { version } = createRequire(import.meta.url)('pullgate/package.json') as { readonly version: string };
