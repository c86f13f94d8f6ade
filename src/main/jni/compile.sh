#!/bin/sh
# Compiles the native methods of dev.jbuild.sys, for the Java whose home is $2, to the library named by $1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$(dirname "$out")"
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O2 -fPIC -shared -Wall -Wextra -Werror "-I$2/include" "-I$2/include/linux" \
    -o "$out.tmp" "$here"/*.c
strip "$out.tmp" 2>/dev/null || true
mv "$out.tmp" "$out"
