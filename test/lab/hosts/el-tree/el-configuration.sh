#!/bin/bash
# Run inside a Debian tree by chroot: gives it the ways of Enterprise Linux that packages and installers meet.
# Arguments: major release, full release (9 9.4). Comments name the Debian habit that is undone.
set -eu
major=$1
version=$2

# --- release files: read by dnf ($releasever comes from the release package), facts gathering and bootstrap scripts
cat >/etc/os-release.new <<END
NAME="Rocky Linux"
VERSION="$version"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="$version"
PLATFORM_ID="platform:el$major"
PRETTY_NAME="Rocky Linux $version (look-alike for tests)"
END
rm -f /etc/os-release
mv /etc/os-release.new /usr/lib/os-release
ln -s ../usr/lib/os-release /etc/os-release
echo "Rocky Linux release $version" >/etc/rocky-release
ln -sf rocky-release /etc/redhat-release
ln -sf rocky-release /etc/system-release

# --- rpm: Debian's keeps its database in the home directory and refuses to install
mkdir -p /etc/rpm /usr/lib/rpm/macros.d /etc/pki/rpm-gpg
cat >/etc/rpm/macros.dist <<END
%_dbpath /var/lib/rpm
%_db_backend sqlite
%dist .el$major
%rhel $major
%el$major 1
END
cp /etc/rpm/macros.dist /usr/lib/rpm/macros.d/macros.dist
echo x86_64-redhat-linux-gnu >/etc/rpm/platform
for option in '-i --install' '-U --upgrade' '-F --freshen' '-e --erase'; do
  echo "rpm alias $option --force-debian" >>/etc/popt
done
if [ "$major" = 10 ]; then
  mkdir -p /usr/lib/sysimage
  mv /var/lib/rpm /usr/lib/sysimage/rpm
  ln -s ../../usr/lib/sysimage/rpm /var/lib/rpm
fi

# --- dnf: Debian's defaults hide unreachable repositories and prefer old versions to failing
cat >/etc/dnf/dnf.conf <<END
[main]
gpgcheck=1
installonly_limit=3
clean_requirements_on_remove=True
best=True
skip_if_unavailable=False
END
rm -f /etc/dnf/aliases.d/zypper.conf /etc/yum.repos.d/*
mkdir -p /etc/yum.repos.d /etc/dnf/protected.d
printf 'systemd\nsudo\nsetup\n' >/etc/dnf/protected.d/base.conf
plugins=/usr/lib/python3/dist-packages/dnf-plugins
for name in local leaves show_leaves versionlock pre-transaction-actions post-transaction-actions pre_transaction_actions post_transaction_actions modulesync system_upgrade; do
  rm -f "$plugins/$name.py" "/etc/dnf/plugins/$name.conf"
done
ln -sf dnf-3 /usr/bin/yum
ln -sf dnf/dnf.conf /etc/yum.conf
# A host without internet still has its distribution's repositories configured: an installer has to move them away.
cat >/etc/yum.repos.d/rocky.repo <<END
[baseos]
name=Rocky Linux \$releasever - BaseOS
mirrorlist=https://mirrors.example.test/mirrorlist?arch=\$basearch&repo=BaseOS-\$releasever
gpgcheck=1
enabled=1
END

# --- systemd: packages install disabled and stopped, through the helper their scriptlets call
mkdir -p /usr/lib/systemd/system-preset
printf 'enable sshd.service\nenable chronyd.service\n' >/usr/lib/systemd/system-preset/90-default.preset
rm -f /usr/lib/systemd/system-preset/9[0-8]-systemd.preset
echo 'disable *' >/usr/lib/systemd/system-preset/99-default-disable.preset
cat >/usr/lib/systemd/systemd-update-helper <<'END'
#!/bin/bash
# What scriptlets of Enterprise Linux 9 call; the verbs are those of systemd's macros.
command=$1
shift
case $command in
  install-system-units) exec systemctl --no-reload preset "$@" ;;
  install-user-units) exec systemctl --no-reload preset --global "$@" ;;
  remove-system-units)
    if [ -d /run/systemd/system ]; then exec systemctl --no-reload disable --now "$@"; else exec systemctl --no-reload disable "$@"; fi
    ;;
  remove-user-units) exec systemctl --global disable "$@" ;;
  mark-restart-system-units)
    [ -d /run/systemd/system ] || exit 0
    for unit; do systemctl set-property "$unit" Markers=+needs-restart || :; done
    ;;
  system-reload-restart)
    [ -d /run/systemd/system ] || exit 0
    systemctl daemon-reload
    systemctl reload-or-restart --marked
    ;;
  system-reload) [ ! -d /run/systemd/system ] || systemctl daemon-reload ;;
esac
END
chmod 755 /usr/lib/systemd/systemd-update-helper
units=/usr/lib/systemd/system
rm -f /etc/systemd/system/multi-user.target.wants/ssh.service /etc/systemd/system/sshd.service $units/sshd.service
mv $units/ssh.service $units/sshd.service
sed -i '/^Alias=/d' $units/sshd.service
rm -f $units/ssh.socket /etc/systemd/system/sockets.target.wants/ssh.socket
mkdir -p /etc/systemd/system/sshd.service.d
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/bin/ssh-keygen -A\n' >/etc/systemd/system/sshd.service.d/keys.conf
rm -f /etc/ssh/ssh_host_* /usr/lib/systemd/system-generators/systemd-sysv-generator /usr/lib/systemd/systemd-sysv-install
rm -f /etc/systemd/system/getty.target.wants/*
systemctl enable -q systemd-networkd.service sshd.service
systemctl disable -q systemd-networkd-wait-online.service
systemctl mask -q getty.target

# --- files and accounts
mkdir -p /usr/lib64 /etc/sysconfig
ls -d /lib64 >/dev/null 2>&1 || ln -s usr/lib64 /lib64
echo /usr/lib64 >/etc/ld.so.conf.d/lib64.conf
ldconfig
ln -sf bash /usr/bin/sh
getent group wheel >/dev/null || groupadd -r wheel
getent group nobody >/dev/null || groupadd -r nobody
: >/etc/machine-id
rm -f /etc/resolv.conf

# --- Debian's own machinery goes, last: nothing above may need it afterwards
rm -rf /usr/bin/apt* /usr/bin/dpkg* /usr/bin/deb* /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d /usr/lib/apt /usr/lib/dpkg /etc/apt /etc/dpkg \
  /var/lib/apt /var/lib/dpkg /var/cache/apt /var/cache/debconf /etc/debian_version /etc/init.d /etc/rc?.d /usr/lib/systemd/system/apt-* \
  /usr/lib/systemd/system/dpkg-* /etc/systemd/system/timers.target.wants /etc/cron.daily/apt* /etc/cron.daily/dpkg
