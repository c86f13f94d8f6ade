/* The process that starts the command, waits for it and reports how it ended. */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "plan.h"

/* Runs the command to its end; returns its exit status, or 128 + n if signal n killed it. */
int run_outside(struct plan *plan);

#endif
