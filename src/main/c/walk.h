/* Paths inside a root: symlinks lead inside it, nothing leads out of it. */
#ifndef WALK_H
#define WALK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Where a path leads. */
struct place {
    int fd;               /* O_PATH, or -1 when it doesn't exist */
    bool directory;
    char path[PATH_MAX];  /* without symlinks, with a leading slash but for the root itself, which is empty */
    size_t known;         /* how many bytes of `path` exist, when fd is -1 */
};

/* What to make when it is missing. Directories on the way are always made. */
struct making {
    bool directory;
    uid_t uid;
    gid_t gid;
};

/*
 * Follows `path` from `root`, one name at a time, each opened without following symlinks: so nobody who changes the tree
 * meanwhile can lead it astray. Returns 0, or -1 and errno. The caller closes `place->fd`.
 */
int walk(int root, const char *path, const struct making *making, struct place *place);

#endif
