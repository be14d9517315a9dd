#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: stranger_test.sh CMAKE BUILD_FOLDER C_TEMPLATE CMAKE_PROJECT
set -euo pipefail
cmake=$1 build=$(realpath "$2") template=$(realpath "$3") project=$(realpath "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
step() { printf '== %s\n' "$*"; }
# Nothing of the caller's environment but the search path for programs. Ninja, as make may not be there.
stranger() { env -i PATH="$PATH" CMAKE_GENERATOR=Ninja HOME="$work" XDG_CACHE_HOME="$work/cache" "$@"; }

step "install"
"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log" || { tail "$work/install.log"; exit 1; }
for file in bin/nac include/nac/nac.h include/nac/cpp/task.hpp lib/cmake/nac-sdk/nac-sdk-config.cmake; do
  [ -e "$prefix/$file" ] || { echo "not installed: $file"; exit 1; }
done
nac=$prefix/bin/nac

step "by hand: one C file, one compiler call"
mkdir "$work/hand"
cp "$template"/* "$work/hand"
cd "$work/hand"
# The command of the template's README, with the prefix filled in.
command=$(sed -n 's/^\(cc .*\)$/\1/p' README.md | sed "s|PREFIX|$prefix|")
[ -n "$command" ] || { echo "the README of the template has no line that starts with cc"; exit 1; }
echo "$command"
stranger sh -c "$command"
stranger "$nac" plugin verify nac-rings.so --deadline 60 --strict --quiet --skip load-time

step "with CMake: find_package(nac-sdk), nac_add_plugin, a C and a C++ plugin"
cp -r "$project" "$work/cmake"
cp "$template/rings.c" "$work/cmake"
stranger "$cmake" -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/configure.log" ||
  { cat "$work/configure.log"; exit 1; }
stranger "$cmake" --build "$work/cmake/build" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
for name in rings scatter; do
  plugin=$work/cmake/build/nac-$name.so
  stranger "$nac" plugin verify "$plugin" --deadline 60 --strict --quiet --skip load-time
  exports=$(nm -D --defined-only "$plugin" | awk '{ print $3 }')
  [ "$exports" = nac_plugin_v1 ] || { echo "$plugin exports: $exports"; exit 1; }
done

step "-ffast-math is refused when the project is configured"
if stranger "$cmake" -S "$work/cmake" -B "$work/cmake/fast" -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_C_FLAGS=-ffast-math >"$work/fast.log" 2>&1; then
  echo "a plugin with -ffast-math was configured"
  exit 1
fi
grep -q 'ffast-math changes the arithmetic' "$work/fast.log" || { cat "$work/fast.log"; exit 1; }

step "found on the plugin path"
stranger env NAC_PLUGIN_PATH="$work/cmake/build" "$nac" plugin list >"$work/list.txt"
grep -q 'org.example.rings' "$work/list.txt" && grep -q 'org.example.scatter' "$work/list.txt" ||
  { cat "$work/list.txt"; exit 1; }

if [ "${NAC_TORCH:-ON}" != ON ]; then
  echo "the run is left out: built without LibTorch"
  exit 0
fi
step "run from a manifest"
cd "$work/hand"
cp "$work/cmake/build/nac-scatter.so" .
printf '\n[[plugin]]\npath = "nac-scatter.so"\n' >>manifest.toml
stranger "$nac" run manifest.toml --set search.plugin=scatter >"$work/run.txt" 2>&1 || { cat "$work/run.txt"; exit 1; }
grep -q accuracy "$work/run.txt" || { cat "$work/run.txt"; exit 1; }
[ -d studies/rings ] || { echo "no study folder"; cat "$work/run.txt"; exit 1; }
stranger "$nac" report studies/rings >/dev/null
step "done"
