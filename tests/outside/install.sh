# What ./run-tests can install itself: pinned tools, all below target/, each only when its pins changed.
# Sourced by ./run-tests. Nothing outside target/ changes, but for the Rust target, which rustup keeps in the toolchain.

tools=$root/target/tools
musl=x86_64-unknown-linux-musl
musl_targets=("$musl" aarch64-unknown-linux-musl) # what runs here, and the other architecture of Lambda
cargo_deny_version=0.20.2
emulator_home=$root/target/emulator

# install_for STEP: what this step needs.
install_for() {
  case $1 in
    install) install_crates && install_musl && install_lint && install_node && install_cargo_deny && install_emulator ;;
    lambdas | test) install_musl ;;
    deps) install_cargo_deny && install_crates ;;
    generated) install_lint ;;
    outside) install_lint && install_node ;;
    emulator) install_musl && install_emulator ;;
  esac
}

# once NAME FOLDER INPUT… -- COMMAND…: runs the command unless FOLDER was made from these same inputs.
once() {
  local name=$1 folder=$2 inputs=() stamp start=$SECONDS
  shift 2
  while [ "$1" != -- ]; do inputs+=("$1"); shift; done
  shift
  stamp=$(cat "${inputs[@]}" | sha256sum)
  [ "$(cat "$folder/.installed" 2>/dev/null)" = "$stamp" ] && return 0
  echo "installing $name"
  mkdir -p "$folder"
  rm -f "$folder/.installed"
  "$@" || return 1
  echo "$stamp" >"$folder/.installed"
  echo "installed $name in $((SECONDS - start)) s"
}

install_crates() {
  cargo fetch --locked --quiet
}

install_musl() {
  local sysroot name missing=()
  sysroot=$(rustc --print sysroot)
  for name in "${musl_targets[@]}"; do
    [ -d "$sysroot/lib/rustlib/$name" ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v rustup >/dev/null; then
    echo "the Rust targets ${missing[*]} are missing and there is no rustup to add them: install them with your Rust" >&2
    return 1
  fi
  rustup target add "${missing[@]}"
}

install_cargo_deny() {
  [ "$("$tools/bin/cargo-deny" --version 2>/dev/null)" = "cargo-deny $cargo_deny_version" ] && return 0
  local start=$SECONDS
  echo "installing cargo-deny $cargo_deny_version"
  # Not optimised: builds in a third of the time, and still checks in two seconds.
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked "cargo-deny@$cargo_deny_version" \
    --root "$tools" --target-dir "$tools/build" || return 1
  rm -rf "$tools/build"
  echo "installed cargo-deny in $((SECONDS - start)) s"
}

install_lint() {
  once "the template validators" "$tools/lint" "$here/outside/requirements.txt" -- \
    python_environment "$tools/lint" "$here/outside/requirements.txt"
}

install_emulator() {
  once "the AWS emulator" "$emulator_home/venv" "$here/emulator/requirements.txt" -- \
    python_environment "$emulator_home/venv" "$here/emulator/requirements.txt"
}

# python_environment FOLDER REQUIREMENTS
python_environment() {
  rm -rf "$1"
  "$PYTHON" -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
}

install_node() {
  local source=$here/outside/node
  mkdir -p "$tools/node"
  cp "$source/package.json" "$source/package-lock.json" "$source/asl.mjs" "$tools/node/"
  once "the Node tools" "$tools/node/node_modules" "$source/package-lock.json" -- \
    npm ci --prefix "$tools/node" --no-audit --no-fund --ignore-scripts --loglevel=error
}
