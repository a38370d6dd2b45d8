/**
 * Asks the real dnf what it makes of repositories: one process for all of them, its own Python interface, no host. A repository that ends
 * dnf itself, which assertions of its libraries do, is one that it cannot read: each is read by a fork.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RpmDependencyKind } from '../../src/rpm/package/rpm-package.ts';

/** One package as dnf shows it: texts as it prints them, lists sorted. */
export type ReadPackage = Readonly<Record<RpmDependencyKind, readonly string[]>> & {
  /** With the epoch, also where it is 0. */
  readonly nevra: string;
  /** `sha256:…`; null when there is none. */
  readonly checksum: string | null;
  readonly location: string | null;
};

/** What was read of a repository, or why it could not be read. */
export type Reading =
  | {
      readonly packages: readonly ReadPackage[];
      /** NEVRAs that modules do not hide. */
      readonly visible: readonly string[];
      /** `name:stream:version:context:arch` of every build that modules.yaml names, and `name=stream` of the default streams of these. */
      readonly documents: readonly string[];
      /** `name:stream` of the active streams. */
      readonly streams: readonly string[];
    }
  | { readonly error: string };

const PYTHON = '/usr/bin/python3';

const SCRIPT = `
import binascii, dnf, hawkey, json, os, shutil, sys
work, urls, kinds = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[4].split()
NAMES = {hawkey.CHKSUM_MD5: 'md5', hawkey.CHKSUM_SHA1: 'sha1', hawkey.CHKSUM_SHA256: 'sha256', hawkey.CHKSUM_SHA384: 'sha384', hawkey.CHKSUM_SHA512: 'sha512'}

def nevra(p):
    return '%s-%s:%s-%s.%s' % (p.name, p.epoch, p.version, p.release, p.arch)

def shown(p):
    checksum = None if p.chksum is None else '%s:%s' % (NAMES.get(p.chksum[0], '?'), binascii.hexlify(p.chksum[1]).decode())
    one = {kind: sorted({str(dep) for dep in getattr(p, kind)}) for kind in kinds}
    return dict(one, nevra=nevra(p), checksum=checksum, location=p.location)

def read(url, cache):
    base = dnf.Base()
    c = base.conf
    c.installroot = os.path.join(work, 'root')
    c.cachedir = cache
    c.reposdir = []
    c.plugins = False
    c.gpgcheck = False
    c.module_platform_id = 'platform:el9'
    c.substitutions['releasever'] = '9'
    c.substitutions['basearch'] = 'x86_64'
    c.substitutions['arch'] = 'x86_64'
    base.repos.add_new_repo('upstream', c, baseurl=[url], skip_if_unavailable=False)
    base.fill_sack(load_system_repo=False)
    packages = [shown(p) for p in base.sack.query(flags=hawkey.IGNORE_EXCLUDES)]
    visible = sorted(nevra(p) for p in base.sack.query())
    modules = base._moduleContainer
    named = modules.getModulePackages()
    documents = {':'.join([m.getName(), m.getStream(), m.getVersion(), m.getContext(), m.getArch()]) for m in named}
    documents |= {'%s=%s' % (m.getName(), modules.getDefaultStream(m.getName())) for m in named if modules.getDefaultStream(m.getName())}
    streams = sorted({'%s:%s' % (m.getName(), m.getStream()) for m in named if modules.isModuleActive(m)})
    return {'documents': sorted(documents), 'packages': sorted(packages, key=lambda p: (p['nevra'], str(p['checksum']))), 'visible': visible, 'streams': streams}

def ask(url):
    end, start = os.pipe()
    cache = os.path.join(work, 'cache')
    child = os.fork()
    if child == 0:
        os.close(end)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            answer = read(url, cache)
        except Exception as e:
            answer = {'error': '%s: %s' % (type(e).__name__, e)}
        with os.fdopen(start, 'w') as f:
            json.dump(answer, f)
        os._exit(0)
    os.close(start)
    with os.fdopen(end) as f:
        text = f.read()
    status = os.waitpid(child, 0)[1]
    shutil.rmtree(cache, ignore_errors=True)
    return json.loads(text) if text else {'error': 'it ends with signal %d' % (status & 127)}

json.dump([ask(url) for url in urls], open(sys.argv[3], 'w'))
`;

/** What dnf makes of each repository, in the order of `urls`. */
export function readByDnf(urls: readonly string[], kinds: readonly RpmDependencyKind[]): Reading[] {
  const work = mkdtempSync(join(tmpdir(), 'dnf-reader-'));
  try {
    const [script, input, output] = ['read.py', 'urls.json', 'readings.json'].map((name) => join(work, name)) as [string, string, string];
    writeFileSync(script, SCRIPT);
    writeFileSync(input, JSON.stringify(urls));
    const environment = { PATH: '/usr/bin:/bin', HOME: work, LC_ALL: 'C.UTF-8' };
    const done = spawnSync(PYTHON, [script, work, input, output, kinds.join(' ')], { encoding: 'utf8', env: environment });
    if (done.status !== 0) throw new Error(`dnf could not be asked: ${done.stderr}`);
    return JSON.parse(readFileSync(output, 'utf8')) as Reading[];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
