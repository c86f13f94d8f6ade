#!/bin/sh
# Compiles jbuild-sandbox, a static program without any dependency but libc, to the file named by $1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$out.tmp" "$here"/*.c
strip "$out.tmp" 2>/dev/null || true
mv "$out.tmp" "$out"
