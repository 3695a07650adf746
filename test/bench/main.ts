/**
 * `npm run bench` measures the speed and the memory of the webhook, and prints each figure beside its goal. Figures that
 * compare two servers in one run are similar on all machines, the others are not. `-- --short` takes less than a minute,
 * and fails only if a figure is far from its goal.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chartOf } from './chart.ts';
import { lineOf, reaches, type Figure, type Mode, type Result } from './figure.ts';
import { apiServer } from './modes/api-server.ts';
import { check } from './modes/check.ts';
import { growth } from './modes/growth.ts';
import { memory } from './modes/memory.ts';
import { replicas } from './modes/replicas.ts';
import { scan } from './modes/scan.ts';
import { sizing } from './modes/sizing.ts';
import { registryModes } from './modes/registries.ts';
import { start } from './modes/start.ts';
import { warm } from './modes/warm.ts';

const modes: readonly Mode[] = [
  warm,
  ...registryModes,
  apiServer,
  memory,
  start,
  growth,
  sizing,
  replicas,
  check,
  scan,
];

/** The part of the work of a full run that a short run does. */
const shortScale = 0.1;
/** A short run fails if a figure that is similar on all machines misses its goal by this factor. */
const shortTolerance = 4;

function isComparable({ unit }: Figure): boolean {
  return unit === 'x' || unit === 'requests' || unit === 'MiB';
}

const usage = 'usage: npm run bench -- [--short] [--only MODE]… [--json FILE] [--chart FILE]';

function readFlags() {
  return parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      chart: { type: 'string' },
    },
  }).values;
}

async function main(): Promise<number> {
  let values: ReturnType<typeof readFlags>;
  try {
    values = readFlags();
  } catch (error) {
    console.error(`${String(error)}\n${usage}`);
    return 2;
  }
  const names = modes.map(({ name }) => name);
  const { short, only, json, chart } = values;
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`${usage}\nno mode ${unknown}: there are ${names.join(', ')}`);
    return 2;
  }
  const results: Result[] = [];
  for (const mode of modes.filter(({ name, long }) => only?.includes(name) ?? !(short && long === true))) {
    console.log(`${mode.name}: ${mode.about}`);
    const figures = await mode.run(short ? shortScale : 1);
    for (const line of figures?.map(lineOf) ?? ['  cannot run here']) console.log(line);
    results.push({ mode: mode.name, figures });
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (chart !== undefined) await writeFile(chart, chartOf(results));
  const all = results.flatMap(({ figures = [] }) => figures);
  const missed = all.filter((figure) => !reaches(figure));
  console.log(missed.length === 0 ? 'every goal is reached' : `${missed.length} goals are not reached`);
  const gross = all.filter((figure) => isComparable(figure) && !reaches(figure, shortTolerance));
  return short && gross.length > 0 ? 1 : 0;
}

// Each running program listens for the end of this one.
process.setMaxListeners(50);
process.exitCode = await main();
