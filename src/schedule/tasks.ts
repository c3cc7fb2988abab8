import type { Engine } from '../intake/engine.js';
import { activateTask } from './activate-task.js';
import type { DailyTask } from './daily-tasks.js';
import { sendingTasks } from './sending-tasks.js';

/** The tasks that the settings ask for. What does them is loaded when it is needed. */
export function dailyTasks(engine: Engine): readonly DailyTask[] {
  const { activateAt } = engine.home.settings;
  return [...(activateAt === null ? [] : [activateTask(engine, activateAt)]), ...sendingTasks(engine)];
}
