#include "stubs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report.h"
#include "walk.h"

/* A directory made like one of the view. Its times are set at the end, as making things in it changes them. */
struct clone {
    char *path;
    struct timespec times[2];
};

struct stubs {
    int view;
    int directory;
    struct clone *clones;
    size_t count;
};

static void copy_xattrs(int from, int to, const char *path) {
    char names[16384];
    ssize_t length = flistxattr(from, names, sizeof names);
    if (length < 0 && errno != ENOTSUP) {
        fail("listxattr", path);
    }
    for (char *name = names; length > 0 && name < names + length; name += strlen(name) + 1) {
        static char value[65536];
        ssize_t size = fgetxattr(from, name, value, sizeof value);
        if (size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) != 0 && errno != ENOTSUP) {
            fail("setxattr", path);
        }
    }
}

static void clone_directory(struct stubs *stubs, const char *path) {
    if (mkdirat(stubs->directory, path, 0700) != 0) {
        if (errno == EEXIST) {
            return;
        }
        fail("mkdir", path);
    }
    int from = openat(stubs->view, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int to = openat(stubs->directory, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat stat;
    if (from < 0 || to < 0 || fstat(from, &stat) != 0 || fchown(to, stat.st_uid, stat.st_gid) != 0 ||
        fchmod(to, stat.st_mode & 07777) != 0) {
        fail("clone", path);
    }
    copy_xattrs(from, to, path);
    close(from);
    close(to);
    stubs->clones = must_allocate(stubs->clones, (stubs->count + 1) * sizeof *stubs->clones);
    stubs->clones[stubs->count++] = (struct clone){strdup(path), {stat.st_atim, stat.st_mtim}};
}

static void make_stub(struct stubs *stubs, const char *path, bool directory) {
    int fd;
    if (directory ? mkdirat(stubs->directory, path, 0755) == 0
                  : (fd = openat(stubs->directory, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) >= 0 &&
                        close(fd) == 0) {
        return;
    }
    if (errno != EEXIST) {
        fail(directory ? "mkdir" : "create", path);
    }
}

/* Makes what is missing of a place, below clones of what is known of it. */
static void make_place(struct stubs *stubs, struct place *place, bool directory) {
    char *path = place->path + 1;
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if ((size_t)(slash - place->path) <= place->known) {
            clone_directory(stubs, path);
        } else {
            make_stub(stubs, path, true);
        }
        *slash = '/';
    }
    make_stub(stubs, path, directory);
}

static bool covered(const struct plan *plan, size_t until, const char *path) {
    for (size_t i = 0; i < until; i++) {
        const char *over = plan->ops[i].resolved;
        size_t length = over == NULL ? 0 : strlen(over);
        if (over != NULL && strncmp(path, over, length) == 0 && (path[length] == '/' || path[length] == 0)) {
            return true;
        }
    }
    return false;
}

bool make_stubs(const struct plan *plan, int view, int directory) {
    struct stubs stubs = {.view = view, .directory = directory};
    bool any = false;
    for (size_t i = 0; i < plan->op_count; i++) {
        struct op *op = &plan->ops[i];
        if (op->kind != MOUNT && op->kind != BIND && op->kind != OVERLAY && op->kind != CONTENT) {
            continue;
        }
        struct place place;
        if (walk(view, op->target, NULL, &place) != 0) {
            fail("find mount point", op->target);
        }
        /* Under an earlier mount, it is made there, if need be. */
        if (place.fd < 0 && !covered(plan, i, place.path)) {
            make_place(&stubs, &place, op->directory);
            any = true;
        }
        if (place.fd >= 0) {
            close(place.fd);
        }
        op->resolved = strdup(place.path);
    }
    for (size_t i = 0; i < stubs.count; i++) {
        if (utimensat(directory, stubs.clones[i].path, stubs.clones[i].times, AT_SYMLINK_NOFOLLOW) != 0) {
            fail("utimensat", stubs.clones[i].path);
        }
        free(stubs.clones[i].path);
    }
    free(stubs.clones);
    return any;
}
