/* The tree of the new root. */
#ifndef TREE_H
#define TREE_H

#include "plan.h"

/* Whether sources and root are prepared before the command has namespaces. */
bool is_early(const struct plan *plan);

/* Opens what is bound into the tree, while paths of the host can be looked up. */
void prepare_sources(struct plan *plan);

/* Mounts the root; returns a descriptor of it. */
int mount_root(struct plan *plan);

/* Puts that mount among those of this process. */
void attach_root(const struct plan *plan, int root);

/* Makes all changes to the tree, in order. Returns the master side of the terminal, or -1 without one. */
int make_tree(struct plan *plan, int root);

/* Makes the root that of this process, and lets go of the host's. */
void enter_root(int root);

/* Lets nothing be changed in the root itself; mounts in it stay as they are. */
void make_root_read_only(int root);

#endif
