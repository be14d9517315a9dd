#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles every header of the C ABI by itself, and the whole of it with the drafts, as each C and C++ standard that a
# plugin author may use. usage: compile_matrix.sh INCLUDE_DIR C_COMPILER...   A C compiler's C++ sibling is found by
# name (gcc -> g++, clang-14 -> clang++-14).
set -eu
include=$1
shift
flags="-Wall -Wextra -Wpedantic -Werror -fsyntax-only -I$include"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0

headers=$(cd "$include" && ls nac/*.h nac/draft/*.h)
check() { # check COMPILER STANDARD EXTENSION [flag]
  for header in $headers nac/nac.h+drafts; do
    file=${header%+drafts}
    define=
    [ "$file" = "$header" ] || define="#define NAC_DRAFTS"
    # Twice, so that a missing include guard shows; a declaration, because ISO C forbids an empty translation unit.
    printf '%s\n#include "%s"\n#include "%s"\nextern int nac_matrix_unit;\n' "$define" "$file" "$file" > "$work/unit.$3"
    count=$((count + 1))
    if ! $1 -std=$2 $flags ${4:-} "$work/unit.$3" > "$work/log" 2>&1; then
      failed=$((failed + 1))
      echo "FAILED: $1 -std=$2, header $header"
      cat "$work/log"
    fi
  done
}

for cc in "$@"; do
  case $cc in
    *clang*) cxx=$(echo "$cc" | sed 's/clang/clang++/') ;;
    *) cxx=$(echo "$cc" | sed 's/gcc/g++/') ;;
  esac
  for std in c11 c17; do check "$cc" $std c -Wstrict-prototypes; done
  for std in c++11 c++14 c++17 c++20; do check "$cxx" $std cpp; done
done
echo "$count compilations, $failed failed"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
