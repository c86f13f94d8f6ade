/* Cgroups: which devices one may use, and how the command gets into its own. */
#ifndef CGROUP_H
#define CGROUP_H

#include "plan.h"

/*
 * Restricts the devices that the plan's cgroup may use. Only then is it safe to let the root file system hold devices; where
 * the kernel or its lord refuses such filters, devices of the root file system stay closed instead.
 */
void filter_devices(struct plan *plan);

/* Has nobody make devices where the directory of devices would show all of them. */
void keep_from_devices(struct plan *plan);

/*
 * Starts a process in the plan's cgroup of version 2. Returns as fork(2) does, and -1 with ENOSYS where the kernel can't do
 * that; the process has to join by itself then.
 */
pid_t start_in_cgroup(const struct plan *plan, unsigned long flags, int *pidfd);

/* Joins the cgroups in which this process is not yet, and stays in the namespace of them that it is in. */
void enter_groups(const struct plan *plan, bool born_there);

/* Joins the cgroups in which this process is not yet, of which it sees nothing above from then on. */
void join_cgroups(const struct plan *plan, bool born_there);

#endif
