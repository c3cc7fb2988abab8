import { allOptions, type CommandNode, type OptionNode, type ValueNode, withDescendants } from './command-tree.js';

/** A script for zsh that completes commands, options and their values, each with its description. */
export function zshCompletion(name: string, program: CommandNode): string {
  const fn = `_${name.replace(/\W/g, '_')}`;
  const functions = withDescendants(program).map((node) => functionOf(fn, node, program));
  return `#compdef ${name}
# zsh completion for ${name}: made by '${name} completion zsh', from its help.

${functions.join('\n')}
if [[ \${funcstack[1]} == _${name} ]]; then
  ${fn} "$@"
else
  compdef ${fn} ${name}
fi
`;
}

function functionOf(fn: string, node: CommandNode, program: CommandNode): string {
  const specs = allOptions(node, program).map(optionSpec);
  const name = functionName(fn, node);
  if (node.commands.length === 0) {
    return `${name}() {
  _arguments -s \\
    ${[...specs, ...node.arguments.map(argumentSpec)].join(' \\\n    ')}
}
`;
  }
  const described = node.commands.map((one) => quoted(`${one.path.at(-1)}:${one.description}`));
  const cases = node.commands.map((one) => `        ${one.path.at(-1)}) ${functionName(fn, one)} ;;`);
  return `${name}() {
  local curcontext=$curcontext state line
  local -a commands
  _arguments -C -s -A '-*' \\
    ${[...specs, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')} && return
  case $state in
    command)
      commands=(
        ${described.join('\n        ')}
      )
      _describe -t commands command commands
      ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}
`;
}

function functionName(fn: string, { path }: CommandNode): string {
  return [fn, ...path].join('_').replace(/[^\w]/g, '_');
}

function optionSpec({ names, description, value, isRepeatable }: OptionNode): string {
  const text = `[${description.replace(/[\\[\]:]/g, '\\$&')}]`;
  const behind = value === null ? '' : `:${plain(value.name)}:${actionOf(value)}`;
  if (names.length === 1) return quoted(`${isRepeatable ? '*' : ''}${names[0]}${text}${behind}`);
  const apart = isRepeatable ? "'*'" : quoted(`(${names.join(' ')})`);
  return `${apart}{${names.join(',')}}${quoted(text + behind)}`;
}

function argumentSpec(value: ValueNode, index: number): string {
  return quoted(`${value.isRepeatable ? '*' : index + 1}:${plain(value.name)}:${actionOf(value)}`);
}

function actionOf({ kind, choices }: ValueNode): string {
  switch (kind) {
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'choice':
      return `(${choices.join(' ')})`;
    case 'other':
      return ' ';
  }
}

function plain(text: string): string {
  return text.replaceAll(':', ' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
