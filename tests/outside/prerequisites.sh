# What a step of ./run-tests needs from the machine: looks for all of it and names everything that is missing at once.
# Sourced by ./run-tests. Sets PYTHON.

rust_wanted=1.95 node_wanted=20 python_wanted=3.13

# The things that a step needs, by name.
needs_of() {
  case $1 in
    install) echo rust cc python node ;;
    stores) echo rust cc postgres ;;
    generated | peers) echo rust cc python ;;
    fuzz) echo rust cc cxx python ;;
    outside) echo rust cc python node ;;
    emulator) echo rust cc python linux ;;
    *) echo rust cc ;;
  esac
}

# Stops with one message when anything that the given steps need is missing.
require() {
  local step need missing=() seen=" "
  for step in "$@"; do
    for need in $(needs_of "$step"); do
      case $seen in *" $need "*) continue ;; esac
      seen+="$need "
      "look_for_$need"
    done
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  {
    echo "run-tests: these are missing on this machine:"
    printf '  - %s\n' "${missing[@]}"
    echo "Everything else run-tests installs itself, below target/."
  } >&2
  exit 2
}

# look_for_X appends to `missing` when X is not there.
look_for_rust() {
  local found
  found=$(rustc --version 2>/dev/null | cut -d' ' -f2) || true
  if [ -z "$found" ]; then
    missing+=("Rust $rust_wanted or newer: https://rustup.rs")
  elif ! at_least "$found" "$rust_wanted"; then
    missing+=("Rust $rust_wanted or newer, found $found: rustup update")
  else
    cargo fmt --version >/dev/null 2>&1 || missing+=("rustfmt: rustup component add rustfmt")
    cargo clippy --version >/dev/null 2>&1 || missing+=("clippy: rustup component add clippy")
  fi
}

look_for_cc() {
  command -v cc >/dev/null || missing+=("a C compiler as \`cc\`: the package build-essential or gcc of your system")
}

look_for_cxx() {
  command -v c++ >/dev/null || missing+=("a C++ compiler as \`c++\`: the package build-essential or g++ of your system")
}

look_for_node() {
  local found
  found=$(node --version 2>/dev/null | tr -d v) || true
  if [ -z "$found" ]; then
    missing+=("Node $node_wanted or newer: https://nodejs.org")
  elif ! at_least "$found" "$node_wanted"; then
    missing+=("Node $node_wanted or newer, found $found: https://nodejs.org")
  fi
  command -v npm >/dev/null || missing+=("npm, which comes with Node")
}

look_for_python() {
  local candidate
  for candidate in "python$python_wanted" "${HOME:-}/.pyenv/versions/$python_wanted"*/bin/python python3; do
    if "$candidate" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$python_wanted')" 2>/dev/null; then
      PYTHON=$candidate
      return
    fi
  done
  missing+=("Python $python_wanted with venv (no other version: the emulator's packages are built for it): your system's package, or pyenv install $python_wanted")
}

look_for_postgres() {
  postgres_programs >/dev/null && return
  # Root on a Debian machine is CI or a container: there the package is installed; elsewhere its owner is told.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "run-tests: installing the package postgresql" >&2
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends postgresql; } >&2 || true
  fi
  postgres_programs >/dev/null ||
    missing+=("PostgreSQL's server programs (initdb, postgres, pg_ctl): your system's package postgresql")
}

look_for_linux() {
  [ "$(uname -sm)" = "Linux x86_64" ] ||
    missing+=("Linux on x86_64: the Lambda functions run as processes of this machine; every other step runs without it")
}

# at_least FOUND WANTED: compares versions number by number.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}
