#!/usr/bin/env node
import { run } from './commands/run.ts';

await run('pullgate', process.argv);
