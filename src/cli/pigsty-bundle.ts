/** `pigsty-bundle`: the program that runs where there is internet. */
import { Command } from 'commander';
import { registerResolve } from './commands/resolve.ts';
import { type Run, runProgram } from './run-program.ts';

function build(run: Run): Command {
  const program = new Command('pigsty-bundle')
    .description('Builds one tarball with every package Pigsty’s INFRA needs, proved to install where there is no internet.')
    .addHelpText('after', '\nStart with:  pigsty-bundle build --distro el9');
  registerResolve(program, run);
  return program;
}

process.exitCode = await runProgram(build, process.argv.slice(2));
