import { run } from '../support/intake-home.js';
import { homeOfAllFormats } from './home-of-all-formats.js';
import { type Outcome, outcomeOf } from './outcome.js';

const known = new Map<() => string, Promise<Outcome>>();

/** What comes out of the home of all formats, or another, when nothing disturbs the run. */
export function undisturbed(make: () => string = homeOfAllFormats): Promise<Outcome> {
  const outcome = known.get(make) ?? measure(make);
  known.set(make, outcome);
  return outcome;
}

async function measure(make: () => string): Promise<Outcome> {
  const home = make();
  await run(home);
  return outcomeOf(home);
}
