/* Joins a network namespace to the outside by a bridge of the machine, with programs that know how: netavark, or CNI plugins. */
#ifndef BRIDGE_H
#define BRIDGE_H

/* What keep_bridge says on standard output once the namespace is joined. */
#define BRIDGE_READY "joined"

/*
 * Takes the lowest number that no other process has, by locking a file of that name; makes calls with it; unmakes it all when
 * SIGTERM comes, and ends. The arguments are the directory of the files, how many there may be, the name of the bridge without
 * the number, and then calls, each introduced by "+" if it is to join the namespace or "-" if it is to undo that: a text for
 * standard input, in which each \1 stands for the number, settings of the environment, the program, and its arguments. If a call
 * fails, what it printed is printed.
 */
int keep_bridge(char **arguments);

#endif
