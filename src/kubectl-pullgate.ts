#!/usr/bin/env node
import { run } from './commands/run.ts';

// kubectl runs a program with this name for `kubectl pullgate`.
await run('kubectl pullgate', process.argv);
