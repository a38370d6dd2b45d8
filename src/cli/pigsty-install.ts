/** `pigsty-install`: the program that runs where there is no internet. */
import { Command } from 'commander';
import { registerInspectHost } from './install-commands/inspect-host.ts';
import { registerInstall } from './install-commands/install.ts';
import { registerOnHost } from './install-commands/on-host.ts';
import { registerTakeBack } from './install-commands/take-back.ts';
import { type Run, runProgram } from './run-program.ts';

function build(run: Run): Command {
  const program = new Command('pigsty-install')
    .description('Brings up Pigsty’s INFRA from one bundle, on a host that has no internet.')
    .enablePositionalOptions();
  registerInstall(program, run);
  registerInspectHost(program, run);
  registerTakeBack(program, run);
  registerOnHost(program, run);
  return program;
}

void runProgram(build, process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
