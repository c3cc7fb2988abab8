import type { Command } from 'commander';
import { addMessagesEvents } from './messages-events.js';
import { addMessagesList } from './messages-list.js';
import { addMessagesMark } from './messages-mark.js';
import { addMessagesShow } from './messages-show.js';

export function addMessagesCommand(program: Command): void {
  const messages = program.command('messages').description('messages that were taken in: how far they have come');
  addMessagesList(messages);
  addMessagesShow(messages);
  addMessagesMark(messages);
  addMessagesEvents(messages);
}
