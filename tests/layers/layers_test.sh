#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# .ci/check-layers finds one planted violation of each rule, and nothing in a tree that keeps them.
# usage: layers_test.sh CHECK_LAYERS
set -euo pipefail
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# expect RULE FILE TEXT: a tree with just this file breaks just this rule, at the file's last line.
expect() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$2")"
  printf '// first line\n%b\n' "$3" >"$tree/$2"
  out=$("$check" "$tree") && status=0 || status=$?
  if [ $status -ne 1 ] || ! grep -qF "$2:$(wc -l <"$tree/$2" | tr -d ' '): $1" <<<"$out" || [ "$(wc -l <<<"$out")" -ne 2 ]; then
    printf 'for %s, expected "%s", got (exit %s):\n%s\n' "$2" "$1" "$status" "$out"
    failed=1
  fi
}
accept() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$1")"
  printf '// first line\n%b\n' "$2" >"$tree/$1"
  out=$("$check" "$tree") || { printf 'for %s, expected no violation, got:\n%s\n' "$1" "$out"; failed=1; }
}

expect 'sdk/ includes only the standard library' sdk/include/nac/x.h '#include <fmt/core.h>'
expect 'sdk/ includes only the standard library' sdk/include/nac/x.h '#include <unistd.h>'
expect 'sdk/ includes only its own headers' sdk/include/nac/cpp/x.hpp '#include "graph/graph.hpp"'
accept sdk/include/nac/cpp/x.hpp '#include <vector>\n#include <stdint.h>\n#include "../tensor.h"\n#include "rng.hpp"'
expect 'plugins/ does not use libraries of the host' plugins/a/x.cpp '#include <nlohmann/json.hpp>'
expect 'plugins/ does not include framework/' plugins/a/x.cpp '#include "graph/graph.hpp"'
accept plugins/a/x.cpp '#include <hdf5.h>\n#include "nac/nac.h"\n#include "a/reader.hpp"'
expect 'LibTorch is used in framework/torch only' framework/study/x.cpp '  #  include <torch/torch.h>'
accept framework/torch/x.cpp '#include <torch/torch.h>'
expect 'Boost.DLL is used in framework/plugin only' framework/verify/x.cpp '#include <boost/dll.hpp>'
expect 'oneTBB gets work in framework/services/arena.cpp only' framework/pipeline/x.cpp '#include <tbb/parallel_for.h>'
accept framework/services/arena.cpp '#include <tbb/parallel_for.h>'
expect 'toml++ is used in framework/manifest' framework/study/x.cpp '#include <toml++/toml.h>'
accept framework/manifest/x.cpp '#include <toml++/toml.h>'
expect 'Highway is used in framework/fused only' framework/torch/x.cpp '#include <hwy/highway.h>'
accept framework/fused/kernels/x.cpp '#include <hwy/highway.h>'
expect 'no raw intrinsics' framework/fused/kernels/x.cpp '#include <immintrin.h>'
expect 'no raw intrinsics' framework/fused/kernels/x.cpp '#include <arm_neon.h>'
expect 'no flags for one machine' framework/fused/CMakeLists.txt 'target_compile_options(x PRIVATE -march=native)'
expect 'framework/ does not include plugins/' framework/study/x.cpp '#include "plugins/jets/jets.hpp"'
for name in work home root; do
  expect 'no path of a machine' docs/x.md "see /$name/data/file"
  expect 'no path of a machine' framework/study/x.cpp "const char *p = \"/$name/somebody\";"
done
accept docs/x.md 'frame/work/flow, $HOME/home/x, a homework, https://example.org/home/'
expect 'source files are ASCII' framework/study/x.cpp 'const char *p = "\xc3\xa4";'
expect 'no source file has more than 500 lines' framework/study/x.cpp "$(printf 'int x;\\n%.0s' $(seq 520))"
exit $failed
