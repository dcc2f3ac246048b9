# What ./run-tests can install itself: pinned tools, all below target/, each only when its pins changed.
# Sourced by ./run-tests. Nothing outside target/ changes, but for the Rust target, which rustup keeps in the toolchain.

tools=$root/target/tools
musl=x86_64-unknown-linux-musl
musl_targets=("$musl" aarch64-unknown-linux-musl) # what runs here, and the other architecture of Lambda
cargo_deny_version=0.20.2
cfn_guard_version=3.2.1
emulator_home=$root/target/emulator

# install_for STEP: what this step needs.
install_for() {
  case $1 in
    install) install_crates && install_musl && install_lint && install_node && install_scanners && install_bench && install_bench_cdk && install_cargo_deny && install_emulator ;;
    lambdas | test) install_musl ;;
    deps) install_cargo_deny && install_crates ;;
    generated) install_lint ;;
    peers) install_bench ;;
    outside) install_lint && install_node && install_scanners ;;
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

# checkov, cdk-nag and cfn-guard.
install_scanners() {
  local source=$here/outside/scan start
  once "checkov" "$tools/checkov" "$source/requirements.txt" -- \
    python_environment "$tools/checkov" "$source/requirements.txt" || return 1
  mkdir -p "$tools/scan"
  cp "$source/package.json" "$source/package-lock.json" "$source/nag.mjs" "$tools/scan/"
  once "cdk-nag" "$tools/scan/node_modules" "$source/package-lock.json" -- \
    npm ci --prefix "$tools/scan" --no-audit --no-fund --ignore-scripts --loglevel=error || return 1
  [ "$("$tools/bin/cfn-guard" --version 2>/dev/null)" = "cfn-guard $cfn_guard_version" ] && return 0
  start=$SECONDS
  echo "installing cfn-guard $cfn_guard_version"
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked "cfn-guard@$cfn_guard_version" \
    --root "$tools" --target-dir "$tools/build" || return 1
  rm -rf "$tools/build"
  echo "installed cfn-guard in $((SECONDS - start)) s"
}

install_lint() {
  once "the template validators" "$tools/lint" "$here/outside/requirements.txt" -- \
    python_environment "$tools/lint" "$here/outside/requirements.txt"
}

install_bench() {
  local requirements=$root/benches/peers/troposphere/requirements.txt
  once "the peers' libraries" "$tools/bench" "$requirements" -- python_environment "$tools/bench" "$requirements"
}

# For benches/peers/run alone: no check needs it.
install_bench_cdk() {
  mkdir -p "$tools/bench-cdk"
  cp "$root"/benches/peers/cdk/* "$tools/bench-cdk/"
  once "the AWS CDK" "$tools/bench-cdk/node_modules" "$root/benches/peers/cdk/package-lock.json" -- \
    npm ci --prefix "$tools/bench-cdk" --no-audit --no-fund --ignore-scripts --loglevel=error
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
  rm -rf "$tools/node/machines"
  mkdir -p "$tools/node"
  cp -r "$source/package.json" "$source/package-lock.json" "$source/asl.mjs" "$source/machines" "$tools/node/"
  once "the Node tools" "$tools/node/node_modules" "$source/package-lock.json" -- \
    npm ci --prefix "$tools/node" --no-audit --no-fund --ignore-scripts --loglevel=error
}
