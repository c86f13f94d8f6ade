/* The networks of commands: an own one with nothing but loopback, or one that a user-mode helper joins to the outside. */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

/* Of the namespace that this process is in. */
void bring_loopback_up(void);

/* Enters the network namespace that the path names, if it is still the one with this inode. */
void join_network(const char *path, unsigned long inode);

/*
 * Makes a network namespace, has a helper (its program and arguments) join it to the outside, and holds both until standard
 * input ends. The helper finds the namespace under the name "net" in the directory, where nobody else sees it. Says on standard
 * output "ready PID INODE", by which join_network can enter, once there is a route to the outside, or "failed WHY".
 * With `bridge`, the helper is keep_bridge with these arguments, which gets the time to undo what it has done.
 */
int hold_network(const char *directory, char **helper, bool bridge);

#endif
