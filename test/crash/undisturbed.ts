import { run } from '../support/intake-home.js';
import { homeOfAllFormats } from './home-of-all-formats.js';
import { type Outcome, outcomeOf } from './outcome.js';

let known: Promise<Outcome> | undefined;

/** What comes out of the home of all formats when nothing disturbs the run. */
export function undisturbed(): Promise<Outcome> {
  known ??= measure();
  return known;
}

async function measure(): Promise<Outcome> {
  const home = homeOfAllFormats();
  await run(home);
  return outcomeOf(home);
}
