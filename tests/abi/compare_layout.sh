#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: compare_layout.sh LAYOUT_PROGRAM GOLDEN [HEADER_DIR]
# The golden list may only grow: a line in it must come out of today's headers unchanged. A struct's own line (size,
# alignment) may change only when members were appended. Members that are not in the list yet make the test fail with
# the lines to append, so that every growth is a visible change of the golden file and of sdk/CHANGELOG.md.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" > "$work/now"
awk -v golden="$2" '
  function structure(name) { return index(name, ".") ? substr(name, 1, index(name, ".") - 1) : name }
  FNR == NR { if ($0 !~ /^#/ && NF == 3) { was[$1] = $2 " " $3; order[++n] = $1 } next }
  { now[$1] = $2 " " $3; if (!($1 in was)) { grown[structure($1)] = 1; fresh[++m] = $0 } }
  END {
    bad = 0
    for (i = 1; i <= n; ++i) {
      name = order[i]
      if (!(name in now)) { print name " is gone; a released member stays for ever"; bad = 1 }
      else if (now[name] != was[name] && !(index(name, ".") == 0 && name in grown)) {
        print name " was at (offset, size) " was[name] " and is now at " now[name]; bad = 1
      }
    }
    for (i = 1; i <= m; ++i) { print "not in " golden " yet, append it there and note the minor in sdk/CHANGELOG.md: " fresh[i]; bad = 1 }
    print n " golden lines, " m + 0 " new"
    exit bad || n == 0
  }' "$2" "$work/now"

# Every struct that the headers define has to be in the list (drafts are not frozen).
[ $# -lt 3 ] || for name in $(sed -n 's/^typedef struct \(nac_[a-z_]*\) {.*/\1/p' "$3"/nac/*.h); do
  grep -q "^$name " "$work/now" || { echo "layout.c does not list struct $name"; exit 1; }
done
