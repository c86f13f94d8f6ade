/* Containers that outlive the program that started them: a monitor stays with each. */
#ifndef DETACH_H
#define DETACH_H

#include "plan.h"

/*
 * Runs the command of a plan in the background. Returns 0 once it is executed; else the status that the command line is to
 * end with, and the status file tells why.
 *
 * The monitor that stays is the parent of the command. In the container's directory it keeps what the command prints, in
 * `log`: lines of "TIME STREAM F|P TEXT", where P has no line feed at its end. It listens at the socket `control`. The status
 * file gets the records "started" (the monitor's and the command's process and start time, and the time), "exit" and, when
 * nothing is left but files, "ended" (the time, and how many processes were killed for want of memory).
 */
int detach(struct plan *plan);

/* Of the monitor: serves the command until it has ended. `terminal` is the master side of its terminal, or -1. */
void tend(const struct plan *plan, pid_t command, int pidfd, int terminal);

#endif
