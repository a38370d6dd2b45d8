"""The real apt, through its own library, as one process for many small repositories: questions and answers are lines of JSON.

A question is {"sources": text of sources.list, "status": text of a dpkg status file, bytes as latin-1}. The answer has what apt sees then, or
why it sees nothing.
"""

import json
import os
import shutil
import sys

import apt.progress.base
import apt_pkg

ROOT = sys.argv[1]
RELATIONS = ("Pre-Depends", "Depends", "Provides", "Conflicts", "Breaks")


def configure():
    for part in ("state/lists/partial", "cache/archives/partial", "etc/preferences.d", "none"):
        os.makedirs(os.path.join(ROOT, part), exist_ok=True)
    for name in ("state/status", "etc/sources.list"):
        open(os.path.join(ROOT, name), "w").close()
    # APT_CONFIG keeps the machine's own settings out.
    apt_pkg.init_config()
    settings = {
        "Dir::State": "state", "Dir::State::status": "state/status", "Dir::Cache": "cache", "Dir::Etc": "etc",
        "Dir::Etc::sourcelist": "etc/sources.list", "Dir::Etc::sourceparts": "none", "Dir::Etc::parts": "none",
        "Dir::Etc::preferencesparts": "none",
    }
    for key, path in settings.items():
        apt_pkg.config.set(key, os.path.join(ROOT, path))
    for key in ("Dir::Cache::pkgcache", "Dir::Cache::srcpkgcache"):
        apt_pkg.config.set(key, "")
    apt_pkg.config.set("APT::Architecture", "amd64")
    apt_pkg.config.clear("APT::Architectures")
    apt_pkg.config.set("APT::Architectures::", "amd64")
    apt_pkg.config.set("APT::Sandbox::User", "root")
    apt_pkg.config.set("Acquire::Languages", "none")
    for hook in ("Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"):
        apt_pkg.config.clear("APT::Update::" + hook)
    apt_pkg.init_system()


def relations(section):
    parsed = {}
    for field in RELATIONS:
        value = section.get(field, "")
        if value == "":
            continue
        try:
            parsed[field] = [[list(one) for one in group] for group in apt_pkg.parse_depends(value, False, "amd64")]
        except ValueError:
            parsed[field] = None
    return parsed


def seen(cache):
    records = apt_pkg.PackageRecords(cache)
    found = []
    for pkg in cache.packages:
        for version in pkg.version_list:
            for entry in version.file_list:
                is_status = entry[0].index_type.startswith("Debian dpkg status")
                if is_status and (pkg.current_ver is None or pkg.current_ver != version):
                    continue
                records.lookup(entry)
                section = apt_pkg.TagSection(records.record)
                found.append({
                    "name": pkg.name, "version": version.ver_str, "arch": version.arch, "path": section.get("Filename", ""),
                    "size": version.size, "sha256": section.get("SHA256", "").lower(), "sha512": section.get("SHA512", "").lower(),
                    "isInstalled": is_status, "relations": relations(section),
                })
    return found


def answer(question):
    lists = os.path.join(ROOT, "state/lists")
    shutil.rmtree(lists)
    os.makedirs(os.path.join(lists, "partial"))
    with open(os.path.join(ROOT, "etc/sources.list"), "w") as file:
        file.write(question["sources"])
    with open(os.path.join(ROOT, "state/status"), "wb") as file:
        file.write(question["status"].encode("latin-1"))
    result = {"update": "", "open": "", "packages": [], "isUntold": False}
    try:
        if question["sources"]:
            sources = apt_pkg.SourceList()
            sources.read_main_list()
            EMPTY.update(apt.progress.base.AcquireProgress(), sources, 0)
    except (SystemError, apt_pkg.Error) as error:
        result["update"] = str(error)
    try:
        result["packages"] = seen(apt_pkg.Cache(None))
    except (SystemError, apt_pkg.Error) as error:
        result["open"] = str(error)
    except UnicodeDecodeError:
        # apt sees it; its Python interface cannot show it.
        result["isUntold"] = True
    return result


configure()
EMPTY = apt_pkg.Cache(None)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
