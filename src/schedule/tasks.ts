import type { Engine } from '../intake/engine.js';
import type { DailyTask } from './daily-tasks.js';
import { sendingTasks } from './sending-tasks.js';

/** The tasks that the settings ask for. What does them is loaded when it is needed. */
export function dailyTasks(engine: Engine): readonly DailyTask[] {
  return [...sendingTasks(engine)];
}
