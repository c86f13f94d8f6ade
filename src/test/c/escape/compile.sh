#!/bin/sh
# Compiles the attempts to escape to the file named by $1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$1" "$here"/*.c -lrt
