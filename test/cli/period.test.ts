import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { addPeriodOptions, periodOf } from '../../src/cli/period.js';

function parsed(...args: string[]) {
  const command = addPeriodOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr() {} });
  return periodOf(command.parse(args, { from: 'user' }).opts(), 'Europe/Oslo');
}

test('days are meant whole, in the time zone of the home', () => {
  expect(parsed('--from', '2024-01-31', '--to', '2024-07-31')).toEqual({
    from: '2024-01-30T23:00:00.000Z',
    before: '2024-07-31T22:00:00.000Z',
  });
  expect(parsed()).toEqual({ from: null, before: null });
});

test('a day on which the clocks change has its own length', () => {
  expect(parsed('--from', '2024-03-31', '--to', '2024-03-31')).toEqual({
    from: '2024-03-30T23:00:00.000Z',
    before: '2024-03-31T22:00:00.000Z',
  });
});

test('times are meant to the second, with a zone of their own or without', () => {
  expect(parsed('--from', '2024-01-31T12:00:00', '--to', '2024-01-31T12:00:00Z')).toEqual({
    from: '2024-01-31T11:00:00.000Z',
    before: '2024-01-31T12:00:01.000Z',
  });
});

test.each(['yesterday', '2024-02-30', '2024-1-1', '31.01.2024', '2024-01-31T25:00:00', ''])('%j is refused', (text) => {
  expect(() => parsed('--from', text)).toThrow(CommanderError);
});

test('one that ends before it begins is refused with 30102', () => {
  expect(() => parsed('--from', '2024-02-01', '--to', '2024-01-31')).toThrow(
    /^\[30102\] --from 2024-02-01 is after --to/,
  );
});
