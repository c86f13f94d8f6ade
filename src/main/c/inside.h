/* The process that becomes the command, in namespaces of its own. */
#ifndef INSIDE_H
#define INSIDE_H

#include "plan.h"

/* Ends this process with the one that started it, of which it is given a pidfd, or -1 if there are none. */
void die_with(int launcher);

/* What a process does that is about to become a command, in this order; the last only if its directory can't be entered. */
void forget_signals(void);
void prepare_streams(const struct plan *plan, int terminal_master);
_Noreturn void fail_to_change(const char *cwd);

/*
 * Sets everything up and becomes the command. `launcher` is a pidfd of the parent; `terminal` a socket to hand the master
 * side of the terminal to, or -1; `born_in_cgroup` whether the process is in its cgroup of version 2 already; `users` a
 * pipe that a byte comes by when the process has users, if it is to get some.
 */
_Noreturn void run_inside(struct plan *plan, int launcher, int terminal, bool born_in_cgroup, const int users[2]);

/* Gives pipes and sockets that are standard streams to somebody other than root of the machine. */
void own_streams(uid_t uid, gid_t gid);

#endif
