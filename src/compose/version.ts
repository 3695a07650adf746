import { createRequire } from 'node:module';

/** The version of this build, for `--version` and the User-Agent. The package names itself, so any folder will do. */
export const { version } = createRequire(import.meta.url)('pullgate/package.json') as { readonly version: string };
