/*
 * A user namespace for one command, of users that nobody else has meanwhile; files that it is shown seem to belong to
 * them. What is on the disk stays as it is: mounts of it are idmapped.
 */
#ifndef USERS_H
#define USERS_H

#include "plan.h"

/* Whether the plan wants one. */
bool has_users(const struct plan *plan);

/*
 * Chooses users that are free as long as this process is alive, and prepares to show files as theirs; this process has mounts
 * of its own then.
 */
void choose_users(struct plan *plan);

/* Makes the chosen users those of a process that was started in a new user namespace. */
void give_users(const struct plan *plan, pid_t process);

/* Makes this process root of its user namespace. */
void become_root_of_users(void);

/*
 * Has a detached mount show the files of users of the machine as those of the users of a namespace. Returns 0, or -1 and
 * errno.
 */
int show_as(int tree, int namespace);

/* The file system's work on behalf of the container's users is done as their root. */
void act_as_root_of(const struct plan *plan);
void act_as_oneself(void);

/* Whether an overlay can be mounted over directories that are shown so, in an empty directory. Returns an errno. */
int probe_users(const char *directory);

#endif
