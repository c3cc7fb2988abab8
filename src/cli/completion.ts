import { Argument, type Command } from 'commander';
import { ExitCode, helpTail } from './exit-codes.js';

/** Commands about the command itself. They need no home, and know of the other commands only what those say. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes the command in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh']))
    .addHelpText(
      'after',
      helpTail(
        [
          'source <(altinn-batch completion bash)',
          'altinn-batch completion bash >/etc/bash_completion.d/altinn-batch',
          'altinn-batch completion zsh >/usr/local/share/zsh/site-functions/_altinn-batch',
        ],
        [ExitCode.Ok, ExitCode.Usage],
      ),
    )
    .action(async (shell: 'bash' | 'zsh') => {
      const { commandTree } = await import('./command-tree.js');
      const tree = commandTree(program);
      if (shell === 'bash') {
        const { bashCompletion } = await import('./bash-completion.js');
        process.stdout.write(bashCompletion(program.name(), tree));
      } else {
        const { zshCompletion } = await import('./zsh-completion.js');
        process.stdout.write(zshCompletion(program.name(), tree));
      }
    });
  program
    .command('man')
    .description('print the man page, as man reads it')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch man | man -l -', 'altinn-batch man >/usr/local/share/man/man1/altinn-batch.1'],
        [ExitCode.Ok, ExitCode.Usage],
      ),
    )
    .action(async () => {
      const { commandTree } = await import('./command-tree.js');
      const { manPage } = await import('./man-page.js');
      process.stdout.write(manPage(program.name(), program.version() ?? '', commandTree(program)));
    });
}
