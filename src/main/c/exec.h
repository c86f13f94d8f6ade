/* Becoming the command. */
#ifndef EXEC_H
#define EXEC_H

#include "plan.h"

/* Replaces this process by the command, found by the PATH of its own environment. */
_Noreturn void become(const struct plan *plan);

#endif
