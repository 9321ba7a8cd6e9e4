#!/usr/bin/env bash
# install-pythons.sh 3.14 [3.15 ...]
#
# Puts CPythons that this Debian is too old for into $PYTHONS_ROOT/<version>, from the packages of a newer suite of
# the archive that the machine's own apt uses. Each comes with a private C library, so that the machine's libc and its
# apt stay as they are. A version that is there and passes its tests is left alone (FORCE=1 makes it anew).
# Needs no root if $PYTHONS_ROOT is writable; uses apt-get, dpkg-deb, tar, sed and awk.
set -euo pipefail
umask 022
[ $# -gt 0 ] || { echo "usage: $0 VERSION... (for example: $0 3.14 3.15)" >&2; exit 2; }
ROOT=${PYTHONS_ROOT:-${XDG_DATA_HOME:-$HOME/.local/share}/virgil/pythons}
SUITES=${PYTHONS_SUITES:-"sid forky trixie bookworm"}
APT=$ROOT/.apt
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
SOURCES=/etc/apt/sources.list.d/debian.sources
OLD_SOURCES=/etc/apt/sources.list
case $(dpkg --print-architecture) in
  amd64) TRIPLET=x86_64-linux-gnu; LDSO=ld-linux-x86-64.so.2 ;;
  arm64) TRIPLET=aarch64-linux-gnu; LDSO=ld-linux-aarch64.so.1 ;;
  *) echo "unsupported architecture" >&2; exit 2 ;;
esac
say() { printf '%s\n' "install-pythons: $*" >&2; }
die() { say "$*"; exit 1; }

# ---- a private apt state: same archive host as the machine's own apt, newer suites, nothing installed
[ -e "$KEYRING" ] || die "$KEYRING is missing: install debian-archive-keyring"
# A derivative's own archive has no Debian suites: only one whose path is Debian's is taken.
MIRROR=$(cat "$SOURCES" "$OLD_SOURCES" 2>/dev/null | awk '($1=="URIs:" || $1=="deb") && !found {
  for (i=2;i<=NF;i++) if (!found && $i ~ /:\/\/.*\/debian\/?$/) {print $i; found=1}}' || true)
MIRROR=${MIRROR:-http://deb.debian.org/debian}
mkdir -p "$APT"/{etc,lists/partial,cache/archives/partial}
: >"$APT/status"
for s in $SUITES; do echo "deb [signed-by=$KEYRING] $MIRROR $s main"; done >"$APT/etc/sources.list"
cat >"$APT/apt.conf" <<X
Dir::State::Lists "$APT/lists";
Dir::State::status "$APT/status";
Dir::State::extended_states "$APT/extended_states";
Dir::Etc::SourceList "$APT/etc/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Cache "$APT/cache";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Debug::NoLocking "true";
X
aptp() { APT_CONFIG=$APT/apt.conf apt-get -qq "$@"; }
UPDATED=
update() { [ -n "$UPDATED" ] || { say "reading package lists"; aptp update >&2 || die "apt-get update failed"; UPDATED=1; }; }

# ---- patchelf: the machine's, or a private copy from the machine's own suite
get_patchelf() {
  PATCHELF=$(command -v patchelf || true)
  [ -n "$PATCHELF" ] && return
  PATCHELF=$APT/patchelf/usr/bin/patchelf
  [ -x "$PATCHELF" ] && return
  update; rm -rf "$APT/dl"; mkdir -p "$APT/dl" "$APT/patchelf"
  (cd "$APT/dl" && aptp download patchelf/bookworm) >&2
  dpkg-deb -x "$APT"/dl/patchelf_*.deb "$APT/patchelf"
}

verify() { # verify PREFIX VERSION: true when the interpreter there does all that is asked of it
  local P=$1 V=$2 T rc=0
  [ -x "$P/bin/python$V" ] || return 1
  T=$(mktemp -d)
  "$P/bin/python$V" -I - "$P" "$V" <<'PY' || rc=1
import sys, sysconfig, os
p, v = sys.argv[1:]
assert sys.version.startswith(v + '.'), sys.version
assert sys.prefix == sys.base_prefix == p, sys.prefix
for m in ('ssl', 'sqlite3', 'ctypes', 'lzma', 'bz2', 'zlib', 'readline', 'curses', 'uuid', 'hashlib', 'decimal',
          'multiprocessing', 'asyncio', 'pyexpat', 'zoneinfo'):
    __import__(m)
new = sys.version_info >= (3, 14)
if new:
    import compression.zstd, concurrent.interpreters
assert os.path.exists(os.path.join(sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('LDLIBRARY')))
assert os.path.exists(os.path.join(sysconfig.get_config_var('INCLUDEPY'), 'Python.h'))
maps = open('/proc/self/maps').read()
bad = [l.split()[-1] for l in maps.splitlines() if '/libc.so' in l and not l.split()[-1].startswith(p)]
assert not bad, bad
import concurrent.futures as cf
if new:
    with cf.InterpreterPoolExecutor(1) as e: assert e.submit(pow, 2, 5).result() == 32
print('verified', sys.version.split()[0], os.confstr('CS_GNU_LIBC_VERSION'))
PY
  if [ $rc = 0 ]; then
    { "$P/bin/python$V" -m venv "$T/v" && "$T/v/bin/python" -m pip --version >/dev/null \
      && "$T/v/bin/python" -c 'import sys; assert sys.prefix != sys.base_prefix' \
      && (cd "$T" && "$T/v/bin/python" -c 'import subprocess; subprocess.run(["/bin/true"], check=True)'); } || rc=1
  fi
  rm -rf "$T"; return $rc
}

# what of a closure is not unpacked (data, tools and headers that the machine has, or that are not needed)
SKIP=' debconf tzdata netbase openssl ca-certificates media-types mime-support readline-common libc-dev-bin linux-libc-dev libc6-dev libcrypt-dev perl-base sensible-utils '

install_one() {
  local V=$1 P=$ROOT/$1 N D pkg
  if [ -z "${FORCE:-}" ] && verify "$P" "$V"; then say "$V: already in $P"; return; fi
  get_patchelf; update
  APT_CONFIG=$APT/apt.conf apt-cache show "python$V" >/dev/null 2>&1 || die "python$V is not in: $SUITES"
  N=$ROOT/.new-$V; D=$APT/debs-$V; rm -rf "$N" "$D"; mkdir -p "$N" "$D/partial"
  say "$V: fetching packages"
  # --download-only with an empty status file gives the whole closure, the C library included
  aptp -y --download-only -oDir::Cache::archives="$D" install "python$V" "python$V-venv" "libpython$V" "libpython$V-dev" libstdc++6 >&2 \
    || die "could not fetch python$V"
  for deb in "$D"/*.deb; do
    pkg=$(dpkg-deb -f "$deb" Package)
    case $SKIP in *" $pkg "*) continue ;; esac
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$N" --strip-components=2 --wildcards --no-same-owner \
      --exclude='./usr/share/doc*' --exclude='./usr/share/man*' --exclude='./usr/share/locale*' --exclude='./usr/share/lintian*' \
      --exclude='*/config-*/libpython*.a' --exclude='*/lib/python3/*' './usr/*' 2>/dev/null || true
  done
  [ -x "$N/bin/python$V" ] && [ -e "$N/lib/$TRIPLET/$LDSO" ] || die "$V: the packages did not hold what was looked for"
  # keep only what an interpreter needs
  find "$N" -mindepth 1 -maxdepth 1 ! -name bin ! -name lib ! -name include ! -name share -exec rm -rf {} +
  find "$N/share" -mindepth 1 -maxdepth 1 ! -name python-wheels -exec rm -rf {} + 2>/dev/null || true
  find "$N/bin" -mindepth 1 ! -name "python$V" -delete
  rm -f "$N/lib/python$V/sitecustomize.py"
  ln -sf "python$V" "$N/bin/python3"
  [ -e "$N/lib/$TRIPLET/libpython$V.so" ] || ln -s "libpython$V.so.1.0" "$N/lib/$TRIPLET/libpython$V.so"
  # the interpreter runs under its own loader and libraries; DT_RPATH (not RUNPATH) also serves what it dlopens
  "$PATCHELF" --set-interpreter "$P/lib/$TRIPLET/$LDSO" "$N/bin/python$V"
  "$PATCHELF" --force-rpath --set-rpath "$P/lib/$TRIPLET" "$N/bin/python$V"
  # build-time paths: where it is now
  find "$N/lib/python$V" -maxdepth 1 \( -name '_sysconfigdata*.py' -o -name '_sysconfig_vars*.json' \) -exec \
    sed -i -e "s#/usr/lib/$TRIPLET#$P/lib/$TRIPLET#g" -e "s#/usr/lib/python#$P/lib/python#g" \
           -e "s#/usr/include/#$P/include/#g" -e "s#/usr/share/python-wheels#$P/share/python-wheels#g" \
           -e "s#\\(['\"]\\)/usr\\1#\\1$P\\1#g" {} +
  find "$N" -name __pycache__ -prune -exec rm -rf {} +
  rm -rf "$ROOT/.old-$V"; [ ! -e "$P" ] || mv "$P" "$ROOT/.old-$V"
  mv "$N" "$P"
  if ! verify "$P" "$V"; then
    rm -rf "$ROOT/.bad-$V"; mv "$P" "$ROOT/.bad-$V"; [ ! -e "$ROOT/.old-$V" ] || mv "$ROOT/.old-$V" "$P"
    die "$V: installed but did not verify (left in $ROOT/.bad-$V)"
  fi
  rm -rf "$ROOT/.old-$V" "$D"
  say "$V: $P/bin/python$V"
}

for v in "$@"; do
  case $v in 3.1[3-9]|3.[2-9][0-9]) install_one "$v" ;; *) die "$v: only 3.13 and later, as 3.N" ;; esac
done
