# The steps of ./run-tests: step_NAME runs one, and fails when what it checks does not hold. Sourced by ./run-tests.

target=${CARGO_TARGET_DIR:-$root/target}
assemblies=$root/target/assembly
bootstrap=$target/$musl/lambda/bootstrap

step_install() { :; } # install_for has done it

step_fmt() { cargo fmt --all --check -- --color "${CARGO_TERM_COLOR:-auto}"; }

step_clippy() { cargo clippy --locked --workspace --all-targets -- -D warnings; }

step_build() { cargo build --locked --workspace; }

# The Lambda functions as they are deployed: one static binary.
step_lambdas() {
  cargo build --locked --profile lambda --package pipesynth-lambdas --target "$musl"
}

step_test() { INSTA_UPDATE=no cargo test --locked --workspace --lib --bins --tests; }

# The store's SQL on a PostgreSQL server of our own: its tests are built only here, so that nothing else needs a server.
step_stores() {
  local tests=(--locked --package pipesynth-stores --features postgres-server)
  cargo clippy "${tests[@]}" --all-targets -- -D warnings || return 1
  cargo test "${tests[@]}" --test postgres --no-run || return 1
  "$here/postgres/with-server" cargo test "${tests[@]}" --test postgres || return 1
  # The central functions as they are deployed, with their state in that server.
  tests=(--locked --package pipesynth-lambdas --features postgres-server)
  cargo clippy "${tests[@]}" --all-targets -- -D warnings || return 1
  cargo test "${tests[@]}" --test bootstrap --no-run || return 1
  "$here/postgres/with-server" cargo test "${tests[@]}" --test bootstrap run_log::
}

# The typed resources and the schemas are what the generator makes of its pinned inputs.
step_generated() {
  local python=$tools/lint/bin/python
  "$python" -m unittest discover --start-directory "$root/constructs/cfn/generate" --quiet || return 1
  "$python" "$root/constructs/cfn/generate/generate.py" --check
}

# What benches/peers builds with troposphere is what pipesynth builds: else it could not be compared with.
step_peers() {
  local work=$root/target/peers python=$tools/bench/bin/python
  cargo build --locked --quiet || return 1
  rm -rf "$work"
  "$python" "$root/benches/peers/generate.py" "$work/in" 40 || return 1
  "$target/debug/pipesynth" synth "$work/in" --out "$work/ours" || return 1
  "$python" "$root/benches/peers/troposphere/app.py" "$work/in" "$work/theirs" || return 1
  "$python" "$root/benches/peers/same.py" "$work/ours" "$work/theirs"
}

step_fuzz() { "$root/fuzz/run" "$fuzz_seconds"; }

step_doctest() { cargo test --locked --workspace --doc; }

step_docs() { RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --workspace --document-private-items; }

# Rules of deny.toml. Advisories need the advisory database from the network: what ran is printed.
step_deps() {
  local deny=("$tools/bin/cargo-deny" --workspace)
  # A licence or an exception that nothing needs any more fails too.
  "${deny[@]}" --offline check -D unmatched-skip -D unnecessary-skip -D license-not-encountered bans licenses sources || return 1
  if timeout 120 "${deny[@]}" --log-level error fetch db 2>/dev/null; then
    "${deny[@]}" check --disable-fetch advisories || return 1
    echo "advisories: ran"
  else
    echo "advisories: not reachable, not run"
  fi
}

# Every example through the built command line, then everything that was written through the outside tools; every state machine is run.
step_outside() {
  local example arguments=() python=$tools/lint/bin/python
  "$python" -m unittest discover --start-directory "$here/outside" --quiet || return 1
  cargo build --locked --quiet || return 1
  "$python" "$here/outside/check_files.py" --binary "$target/debug/pipesynth" --root "$root" || return 1
  rm -rf "$assemblies"
  for example in "$root"/examples/*/; do
    example=$(basename "$example")
    "$target/debug/pipesynth" synth "$root/examples/$example" --out "$assemblies/$example" || return 1
    arguments+=(--assembly "$assemblies/$example")
  done
  "$python" "$here/outside/check_templates.py" --node "$tools/node" "${arguments[@]}" \
    "$root/snapshots" "$assemblies" || return 1
  "$python" "$here/outside/scan_templates.py" --tools "$tools" "$root/snapshots" "$assemblies" || return 1
  node --test "$tools/node/machines/test.mjs" >"$tools/node/test.log" || { cat "$tools/node/test.log"; return 1; }
  "$target/debug/pipesynth" synth "$here/fixtures/machines" --out "$root/target/machines" || return 1
  "$python" "$here/outside/check_machines.py" --node "$tools/node" "$assemblies" "$root/target/machines"
}

# The case study deployed and run in the emulator, and the DynamoDB store against its DynamoDB.
step_emulator() {
  local store=(--locked --quiet --package pipesynth-stores --features emulator)
  cargo clippy "${store[@]}" --all-targets -- -D warnings || return 1
  store=(cargo test "${store[@]}" --test dynamodb)
  cargo build --locked --quiet && step_lambdas || return 1
  rm -rf "$assemblies/case-study"
  "$target/debug/pipesynth" synth "$root/examples/case-study" --out "$assemblies/case-study" || return 1
  "${store[@]}" --no-run && "$here/emulator/check" "$assemblies/case-study" "$bootstrap" "${store[@]}" || return 1
  # The emulator's own pattern engine as a second opinion on ours; the count belongs to pattern-differences.tsv.
  cargo run --locked --quiet --package pipesynth-events --example answers -- 2000 |
    "$root/target/emulator/venv/bin/python" "$here/outside/check_patterns.py" -
}
