import type { Argument, Command, Option } from 'commander';

/** A command as its help tells of it: what completion and the man page are made from. */
export interface CommandNode {
  /** Without the program's own name: `['services', 'list']`; none for the program itself. */
  readonly path: readonly string[];
  /** As its help begins: `altinn-batch run [options]`. */
  readonly usage: string;
  readonly description: string;
  readonly commands: readonly CommandNode[];
  /** Its own, without those that every command takes. */
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ValueNode[];
  /** What its help ends with: examples, exit codes. */
  readonly tail: string;
}

export interface OptionNode {
  /** `-q, --quiet`, `--wait <seconds>` */
  readonly flags: string;
  /** `-q` and `--quiet`, or one of them. */
  readonly names: readonly string[];
  readonly description: string;
  /** Null when it takes none. */
  readonly value: ValueNode | null;
  readonly isRepeatable: boolean;
}

/** What stands behind an option, or behind a command. */
export interface ValueNode {
  readonly name: string;
  readonly description: string;
  readonly kind: 'file' | 'folder' | 'choice' | 'other';
  readonly choices: readonly string[];
  readonly isRepeatable: boolean;
}

/** The commands of a program, as they are wired: nothing about them is written down a second time. */
export function commandTree(program: Command): CommandNode {
  return nodeOf(program, []);
}

/** All commands that do something themselves, in the order of the help. */
export function leaves(node: CommandNode): readonly CommandNode[] {
  return node.commands.length === 0 ? [node] : node.commands.flatMap(leaves);
}

/** Its own, and those of every command that it has no other meaning for; the version is the program's alone. */
export function allOptions(node: CommandNode, program: CommandNode): readonly OptionNode[] {
  if (node === program) return program.options;
  const own = new Set(node.options.flatMap(({ names }) => names));
  const isOther = (name: string) => !own.has(name) && name !== '--version';
  return [...node.options, ...program.options.filter(({ names }) => names.every(isOther))];
}

/** A node with all those below it. */
export function withDescendants(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(withDescendants)];
}

function nodeOf(command: Command, path: readonly string[]): CommandNode {
  const help = command.createHelp();
  // The help that commander adds by itself stands in for --help.
  const commands = help.visibleCommands(command).filter((one) => command.commands.includes(one));
  return {
    path,
    usage: help.commandUsage(command),
    description: command.description(),
    commands: commands.map((one) => nodeOf(one, [...path, one.name()])),
    options: help.visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map(argumentOf),
    tail: tailOf(command),
  };
}

function optionOf(option: Option): OptionNode {
  const takesValue = option.required || option.optional;
  const name = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1] ?? '';
  return {
    flags: option.flags,
    names: [option.short, option.long].filter((one) => typeof one === 'string'),
    description: option.description,
    value: takesValue ? valueNode(name, option.description, option.argChoices, option.variadic) : null,
    isRepeatable:
      option.variadic || Array.isArray(option.defaultValue) || (!takesValue && option.parseArg !== undefined),
  };
}

function argumentOf(argument: Argument): ValueNode {
  return valueNode(argument.name(), argument.description, argument.argChoices, argument.variadic);
}

/** What a value is follows from what the help calls it: `<file>`, `<dir>`. */
function valueNode(
  name: string,
  description: string,
  choices: readonly string[] | undefined,
  isRepeatable: boolean,
): ValueNode {
  const plain = name.toLowerCase();
  const isFolder = plain === 'dir' || plain === 'folder';
  const kind = choices !== undefined ? 'choice' : isFolder ? 'folder' : plain.includes('file') ? 'file' : 'other';
  return { name, description, kind, choices: choices ?? [], isRepeatable };
}

function tailOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help.slice(command.helpInformation().length);
}
