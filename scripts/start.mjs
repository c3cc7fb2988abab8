#!/usr/bin/env node
// `npm start` watches the repository's own home; `npm start -- run` runs once there. Same process, so signals need no passing on.
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const main = new URL('../dist/cli/main.js', import.meta.url);
const given = process.argv.slice(2);
const namesCommand = given[0] !== undefined && !given[0].startsWith('-');
const words = namesCommand ? given : ['watch', ...given];
process.argv = [process.execPath, fileURLToPath(main), '--home', home, ...words];
await import(main.href);
