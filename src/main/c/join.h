/* What is asked of a container that runs in the background: a signal, or one more command in it. */
#ifndef JOIN_H
#define JOIN_H

#include "plan.h"

/* Of the monitor: answers one call, as a process of its own. `plan` is the container's, `command` its first process. */
_Noreturn void serve_call(int connection, const struct plan *plan, pid_t command, int pidfd);

/* Sends a signal to the first process of the container in this directory. Returns an exit status. */
int call_signal(const char *directory, const char *signal);

/*
 * Has a command executed in the container in this directory. `how` is "plain", "terminal" or "detached"; the operations,
 * which say what is executed and by whom, come by a file if the command gets standard input. Returns its status.
 */
int call_exec(const char *directory, const char *how, int operations);

#endif
