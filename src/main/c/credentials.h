/* Who the command runs as. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "plan.h"

/* Takes on groups, user and capabilities, and loads the system call filter. */
void drop_privileges(const struct plan *plan);

#endif
