/* The terminal of a command that is used interactively. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <sys/types.h>

/* Opens a new terminal of the devpts mounted at `pts`; `path` becomes its name in the root. Returns the master side. */
int open_terminal(int pts, char path[32]);

/* Inside: makes the other side of `master` the controlling terminal and standard streams, owned by `uid`. */
void take_terminal(int master, uid_t uid);

/* Hands a descriptor over a socket pair, and takes it. */
void send_descriptor(int socket, int fd);
int receive_descriptor(int socket);

/*
 * Outside: passes bytes and window sizes between the caller's terminal and `master` until nobody has the other side open
 * or `child` has ended. Standard input is read only if `input`. The caller's terminal is as before in the end.
 */
void serve_terminal(int master, int child, int input);

#endif
