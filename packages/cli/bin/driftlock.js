#!/usr/bin/env node
import { main } from '../dist/index.js';

process.exitCode = await main(process.argv.slice(2));
// A terminal that was listened to would keep the command from ending.
process.stdin.unref?.();
