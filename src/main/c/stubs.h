/*
 * Mount points that the root lacks are made in a lower directory of their own, so that they never show in the upper one.
 * It is the topmost: whatever a layer hides (opaque directories, whiteouts), a mount point stays visible. The directories
 * on the way to one merge with those below and get their attributes, so the root looks as without it.
 */
#ifndef STUBS_H
#define STUBS_H

#include "plan.h"

/*
 * Looks up the targets of all operations in the root as it is without any mount (`view`), and gives a directory in the scratch
 * directory that holds those missing, or NULL if there are none. Its name comes from what it holds, so a later run in the
 * same scratch directory finds it made.
 */
const char *make_stubs(const struct plan *plan, int view);

#endif
