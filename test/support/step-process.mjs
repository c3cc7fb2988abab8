// Of a process that carries out a command with the compiled code, and ends itself with SIGKILL at the nth of the step it is told.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    dist: { type: 'string' },
    home: { type: 'string' },
    day: { type: 'string' },
    step: { type: 'string' },
    nth: { type: 'string', default: '1' },
  },
});

export const { day } = values;
export const load = (module) => import(new URL(module, values.dist));

const { openHome } = await load('config/home.js');
const { Store } = await load('store/store.js');
export const home = openHome(values.home);
export const store = Store.open(home.store, { busyTimeoutMs: 5000, fileMode: 0o640 });

let left = Number(values.nth);

/** Says each step on stdout. */
export function onStep(step) {
  writeSync(1, `${step}\n`);
  if (step === values.step && --left === 0) process.kill(process.pid, 'SIGKILL');
}
