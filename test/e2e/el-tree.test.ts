/** The Enterprise Linux look-alikes: real dnf and rpm work in them as on the real systems. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { buildRpms, createRepo, type RpmFixture } from '../lab/upstreams/rpm-fixtures.ts';

/** A package with a service and a scriptlet as Enterprise Linux writes them, and one that needs it by a file path. */
const PACKAGES: readonly RpmFixture[] = [
  {
    name: 'hello',
    epoch: 2,
    version: '1.0~rc1',
    release: '1',
    files: [
      { path: '/usr/libexec/hello/run', content: '#!/bin/sh\nexec sleep infinity\n', mode: 0o755 },
      {
        path: '/usr/lib/systemd/system/hello.service',
        content: '[Service]\nExecStart=/usr/libexec/hello/run\n[Install]\nWantedBy=multi-user.target\n',
      },
    ],
    scripts: { post: '/usr/lib/systemd/systemd-update-helper install-system-units hello.service' },
  },
  {
    name: 'hello-client',
    version: '1.0',
    release: '1',
    requires: ['/usr/libexec/hello/run', 'libc.so.6(GLIBC_2.2.5)(64bit)'],
    files: [{ path: '/usr/share/hello/client', content: '' }],
  },
];

describeLab('Enterprise Linux look-alikes', ['rpmbuild', 'createrepo_c'], (lab) => {
  let repository: string;

  beforeAll(async () => {
    repository = mkdtempSync(join(tmpdir(), 'el-repo-'));
    await buildRpms(PACKAGES, repository);
    await createRepo(repository);
  });
  afterAll(() => rmSync(repository, { recursive: true }));

  it.each([
    ['el8', '8.10', 0],
    ['el9', '9.4', 0],
    // dnf from 4.19 on does not read filelists, and the required path is in no primary.
    ['el10', '10.0', 1],
  ] as const)('%s boots, knows itself, and dnf installs from a directory', async (tree, version, status) => {
    const repo = '[local]\nname=local\nbaseurl=file:///srv/repo\ngpgcheck=0\n';
    const binds = [{ source: repository, target: '/srv/repo' }];
    const node = await lab().boot({ name: 'infra-1', tree, binds, files: { '/etc/yum.repos.d/local.repo': repo } });
    const facts =
      '. /etc/os-release; echo $ID $VERSION_ID; rpm -q --whatprovides system-release --qf "%{NAME}\\n"; rpm -qf /bin/bash --qf "%{NAME}\\n"';
    expect(await node.mustExec(facts)).toBe(`rocky ${version}\nrocky-release\nbash\n`);
    expect(await node.mustExec('dnf -q --disablerepo="*" check')).toBe('');
    // The distribution's own repository is configured and cannot be reached: dnf must say so, not go on without it.
    expect((await node.exec('dnf -y makecache')).status).toBe(1);
    expect((await node.exec('dnf -y --disablerepo=baseos install hello-client')).status).toBe(status);
    if (status !== 0) await node.mustExec('dnf -y --disablerepo=baseos --setopt=optional_metadata_types=filelists install hello-client');
    expect(await node.mustExec('rpm -q hello hello-client; rpm -V hello')).toBe('hello-1.0~rc1-1.noarch\nhello-client-1.0-1.noarch\n');
    expect((await node.exec('systemctl is-enabled hello')).stdout.trim()).toBe('disabled');
    await node.mustExec('systemctl start hello && systemctl is-active hello');
    expect((await node.exec('apt-get --version')).status).toBe(127);
  });
});
