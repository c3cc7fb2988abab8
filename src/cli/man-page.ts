import { type CommandNode, leaves, type OptionNode } from './command-tree.js';

/** The man page of a program, in the man macros of roff: all that its help texts say, and nothing else about commands. */
export function manPage(name: string, version: string, program: CommandNode): string {
  const page = [
    `.TH ${text(name.toUpperCase())} 1 "" "${text(`${name} ${version}`)}" "User Commands"`,
    '.SH NAME',
    `${text(name)} \\- ${text(program.description.replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    `.B ${text(name)}`,
    '.RI [ options ]',
    '.I command',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    text(program.description),
    'Results go to standard output, everything else to standard error.',
    'Each command says more with',
    '.BR \\-\\-help .',
    '.SH OPTIONS',
    'Every command takes these, before or after its name.',
    ...program.options.flatMap(optionLines),
    '.SH COMMANDS',
    ...leaves(program).flatMap(commandLines),
    '.SH EXIT STATUS',
    ...exitCodeLines(program.tail),
    '.SH ENVIRONMENT',
    '.TP',
    '.B ALTINN_BATCH_HOME',
    text('The home folder, where --home is not given.'),
    '.SH FILES',
    ...FILES.flatMap(([file, what]) => ['.TP', `.I ${text(file)}`, text(what)]),
  ];
  return `${page.join('\n')}\n`;
}

/** In the home folder. */
const FILES: readonly (readonly [file: string, what: string])[] = [
  ['altinn-batch.json', 'The settings; each may be left out, and so may the file.'],
  ['services.json', 'The service catalogue.'],
  ['inbox/, outbox/', 'Where files are dropped, and where their receipts come.'],
  ['data/', 'The store, and the files that have been taken in or refused.'],
];

function commandLines(node: CommandNode): string[] {
  return [
    `.SS ${text(node.usage)}`,
    text(`${node.description.charAt(0).toUpperCase()}${node.description.slice(1)}.`),
    ...node.arguments.flatMap((one) => ['.TP', `.I ${text(one.name)}`, text(one.description)]),
    ...node.options.filter(({ names }) => !names.includes('--help')).flatMap(optionLines),
    ...tailLines(node.tail),
  ];
}

function optionLines({ flags, description }: OptionNode): string[] {
  return ['.TP', `.B ${text(flags)}`, text(description)];
}

const EXIT_CODES = 'Exit codes:';

/** Headings, what is indented below them, and whatever else stands there as paragraphs. */
function tailLines(tail: string): string[] {
  const [before = '', after] = tail.split(`\n${EXIT_CODES}\n`);
  const lines: string[] = [];
  let isExample = false;
  for (const line of before.split('\n')) {
    const isIndented = line.startsWith('  ');
    if (isIndented !== isExample) lines.push(...(isIndented ? ['.RS 4', '.EX'] : ['.EE', '.RE']));
    isExample = isIndented;
    if (isIndented) lines.push(text(line.slice(2)));
    else if (/^[A-Z][\w ]*:$/.test(line)) lines.push('.PP', heading(line));
    else if (line !== '') lines.push(...(/^[A-Z]/.test(line) ? ['.PP'] : []), text(line));
  }
  if (isExample) lines.push('.EE', '.RE');
  return after === undefined ? lines : [...lines, '.PP', heading(EXIT_CODES), ...exitCodeLines(tail)];
}

function exitCodeLines(tail: string): string[] {
  const codes = (tail.split(`\n${EXIT_CODES}\n`)[1] ?? '').matchAll(/^ {2}(\d+) +(.*)$/gm);
  return [...codes].flatMap(([, code = '', meaning = '']) => ['.TP', `.B ${code}`, text(meaning)]);
}

function heading(line: string): string {
  return `.B ${text(line)}`;
}

/** As it is, also at the beginning of a line, and so that it can be copied into a shell. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replace(/^\./, '\\&.');
}
