/* Who the command runs as. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "plan.h"

/* Sets the limits of setrlimit(2); to raise some needs privileges. */
void set_limits(const struct plan *plan);

/* Takes on groups, user and capabilities, and loads the system call filter. */
void drop_privileges(const struct plan *plan);

#endif
