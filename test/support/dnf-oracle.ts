/** Asks the real dnf, through its own Python interface, what it would install into an empty system: one process for many questions. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository as dnf is told of it. */
export interface DnfRepository {
  readonly name: string;
  readonly url: string;
  readonly priority?: number;
  readonly cost?: number;
  readonly moduleHotfixes?: boolean;
  readonly excludes?: readonly string[];
}

/** One transaction to resolve. */
export interface DnfQuestion {
  readonly install: readonly string[];
  readonly repositories: readonly DnfRepository[];
  readonly weak?: boolean;
  /** Module streams to enable first. */
  readonly modules?: readonly string[];
  /** The root of a host whose packages count as installed; an empty system by default. */
  readonly host?: string;
}

/** NEVRAs sorted, or what dnf says against it. */
export type DnfAnswer = { readonly installs: readonly string[] } | { readonly problem: string };

const PYTHON = '/usr/bin/python3';

const SCRIPT = `
import dnf, dnf.module.module_base, json, libdnf.module, sys, tempfile, os
work, questions = sys.argv[1], json.load(open(sys.argv[2]))

def open_base(q):
    base = dnf.Base()
    c = base.conf
    c.installroot = q.get('host') or os.path.join(work, 'root')
    c.cachedir = os.path.join(work, 'cache')
    c.reposdir = []
    c.plugins = False
    c.gpgcheck = False
    c.best = False
    c.install_weak_deps = q.get('weak', False)
    c.module_platform_id = 'platform:el9'
    c.substitutions['releasever'] = '9'
    c.substitutions['basearch'] = 'x86_64'
    c.substitutions['arch'] = 'x86_64'
    for r in q['repositories']:
        repo = base.repos.add_new_repo(r['name'], c, baseurl=[r['url']])
        repo.priority = r.get('priority', 99)
        repo.cost = r.get('cost', 1000)
        repo.module_hotfixes = r.get('moduleHotfixes', False)
        repo.excludepkgs = r.get('excludes', [])
    base.fill_sack(load_system_repo='host' in q)
    return base

def enable(base, modules):
    # As the command does (dnf/cli/commands/module.py): a default that must give way is told, and is no error.
    try:
        dnf.module.module_base.ModuleBase(base).enable(modules)
    except dnf.exceptions.MarkingErrors as e:
        in_defaults = libdnf.module.ModulePackageContainer.ModuleErrorType_ERROR_IN_DEFAULTS
        if e.no_match_group_specs or e.error_group_specs or not e.module_depsolv_errors or e.module_depsolv_errors[1] != in_defaults:
            raise

def evr(p):
    return '%s%s-%s' % ('' if p.epoch == 0 else '%d:' % p.epoch, p.version, p.release)

def key(q):
    return json.dumps([q['repositories'], q.get('weak', False), q.get('modules', []), q.get('host')], sort_keys=True)

# Those that share a base one after the other: a base of a whole distribution is large.
answers, base, last = [None] * len(questions), None, None
for at, q in sorted(enumerate(questions), key=lambda pair: (key(pair[1]), pair[0])):
    try:
        if key(q) != last:
            base, last = open_base(q), None
            if q.get('modules'):
                enable(base, q['modules'])
            last = key(q)
        base.reset(goal=True)
        for one in q['install']:
            base.install(one)
        base.resolve()
        answers[at] = {'installs': sorted('%s-%s.%s' % (p.name, evr(p), p.arch) for p in base.transaction.install_set)}
    except (dnf.exceptions.Error, ValueError) as error:
        answers[at] = {'problem': str(error)}
json.dump(answers, open(sys.argv[3], 'w'))
`;

/** True when dnf's Python interface is installed. */
export function hasDnf(): boolean {
  return spawnSync(PYTHON, ['-c', 'import dnf'], { stdio: 'ignore' }).status === 0;
}

/** dnf's answers, in the order of the questions. Throws when dnf itself fails. */
export function askDnf(questions: readonly DnfQuestion[]): readonly DnfAnswer[] {
  const work = mkdtempSync(join(tmpdir(), 'dnf-oracle-'));
  try {
    const [script, input, output] = ['ask.py', 'questions.json', 'answers.json'].map((name) => join(work, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(script, SCRIPT);
    // The rpm database is where Enterprise Linux has it, not where this machine does.
    writeFileSync(join(work, '.rpmmacros'), '%_dbpath /var/lib/rpm\n%_db_backend sqlite\n');
    writeFileSync(input, JSON.stringify(questions));
    const done = spawnSync(PYTHON, [script, work, input, output], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: work, LC_ALL: 'C.UTF-8' },
    });
    if (done.status !== 0) throw new Error(`dnf could not be asked: ${done.stderr}`);
    return JSON.parse(readFileSync(output, 'utf8')) as DnfAnswer[];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
