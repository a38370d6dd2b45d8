/** `pigsty-install`: the program that runs where there is no internet. */
import { Command } from 'commander';
import ownPackage from '../../package.json' with { type: 'json' };
import { registerVerbs } from './install/register.ts';
import { type Run, runProgram } from './program/run-program.ts';

function build(run: Run): Command {
  const program = new Command('pigsty-install')
    .version(ownPackage.version, '--version', 'show the version of pigsty-install')
    .description('Brings up Pigsty’s INFRA from one bundle, on a host that has no internet.')
    .enablePositionalOptions();
  registerVerbs(program, run);
  return program;
}

// No top-level await: the single executable is CommonJS.
void runProgram(build, process.argv.slice(2), 'continue with `pigsty-install resume`').then((exitCode) => {
  process.exitCode = exitCode;
});
