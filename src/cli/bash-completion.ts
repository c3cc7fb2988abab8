import { allOptions, type CommandNode, type OptionNode, type ValueNode, withDescendants } from './command-tree.js';

/** A script for bash that completes commands, options, their values, and the names of files and folders. */
export function bashCompletion(name: string, program: CommandNode): string {
  const fn = `_${name.replace(/\W/g, '_')}`;
  const nodes = withDescendants(program);
  return `# bash completion for ${name}: made by '${name} completion bash', from its help.

# What a command offers: other commands, and options.
${fn}_words() {
  case "$1" in
${nodes.map((one) => `    ${quoted(keyOf(one))}) printf '%s\\n' ${wordsOf(one, program).map(quoted).join(' ')} ;;`).join('\n')}
  esac
}

# Whether a word behind a command is a command of its own.
${fn}_is_command() {
  case "$1" in
    ${nodes
      .slice(1)
      .map((one) => quoted(keyOf(one)))
      .join(' | ')}) return 0 ;;
  esac
  return 1
}

# What an option wants behind it: file, folder, other, or choices; nothing when it takes no value.
${fn}_option() {
  case "$1:$2" in
${optionCases(nodes, program).join('\n')}
  esac
}

# What the nth argument of a command is.
${fn}_argument() {
  case "$1:$2" in
${nodes.flatMap(argumentCases).join('\n')}
  esac
}

${fn}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command='' wants='' arguments=0 only_arguments='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then
      continue
    elif [[ -n $wants ]]; then
      wants=''
    elif [[ $word == '--' ]]; then
      only_arguments=1
    elif [[ $word == -* && -z $only_arguments ]]; then
      wants=$(${fn}_option "$command" "$word")
    elif ${fn}_is_command "\${command:+$command }$word"; then
      command="\${command:+$command }$word"
    else
      ((++arguments))
    fi
  done
  [[ $cur == '=' ]] && cur=''
  if [[ -z $wants && ( $cur != -* || -n $only_arguments ) ]]; then
    wants=$(${fn}_argument "$command" "$((arguments + 1))")
  fi
  case $wants in
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
    other) ;;
    '') mapfile -t COMPREPLY < <(compgen -W "$(${fn}_words "$command")" -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$wants" -- "$cur") ;;
  esac
}

complete -F ${fn} ${name}
`;
}

function keyOf({ path }: CommandNode): string {
  return path.join(' ');
}

/** The commands below it, its own options, and those of all commands. */
function wordsOf(node: CommandNode, program: CommandNode): readonly string[] {
  const commands = node.commands.map((one) => one.path.at(-1) ?? '');
  return [...commands, ...allOptions(node, program).flatMap(({ names }) => names)];
}

/** Those of all commands come last: a command's own of the same name means something else. */
function optionCases(nodes: readonly CommandNode[], program: CommandNode): string[] {
  const own = nodes.slice(1).flatMap((node) => node.options.flatMap((one) => optionCase(quoted(keyOf(node)), one)));
  return [...own, ...program.options.flatMap((one) => optionCase('*', one))];
}

function optionCase(key: string, { names, value }: OptionNode): string[] {
  if (value === null) return [];
  return [`    ${names.map((one) => `${key}:${one}`).join(' | ')}) printf %s ${quoted(wanted(value))} ;;`];
}

function argumentCases(node: CommandNode): string[] {
  return node.arguments.map((value, index) => {
    const place = value.isRepeatable ? '*' : String(index + 1);
    return `    ${quoted(keyOf(node))}:${place}) printf %s ${quoted(wanted(value))} ;;`;
  });
}

function wanted({ kind, choices }: ValueNode): string {
  return kind === 'choice' ? choices.join(' ') : kind;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
