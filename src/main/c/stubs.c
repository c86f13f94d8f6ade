#include "stubs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report.h"
#include "walk.h"

/* A CLONE is made like the directory of the view at that path. */
enum stub_kind { CLONE, DIRECTORY, FILE_STUB };

struct stub {
    enum stub_kind kind;
    char *path;
};

struct stubs {
    int view;
    struct stub *at;
    size_t count;
};

/* FNV-1a of what the stubs are. */
struct sum {
    uint64_t value;
};

/* Asks for each attribute of a directory. */
typedef void on_xattr(void *to, const char *name, const void *value, size_t size);

static void each_xattr(int directory, const char *path, on_xattr *receive, void *to) {
    static char value[65536];
    char names[16384];
    ssize_t length = flistxattr(directory, names, sizeof names);
    if (length < 0 && errno != ENOTSUP) {
        fail("listxattr", path);
    }
    for (char *name = names; length > 0 && name < names + length; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(directory, name, value, sizeof value);
        if (size >= 0) {
            receive(to, name, value, (size_t)size);
        }
    }
}

static int open_directory(int in, const char *path, struct stat *stat) {
    int fd = openat(in, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, stat) != 0) {
        fail("open", path);
    }
    return fd;
}

/* ---- what is missing */

static void want(struct stubs *stubs, enum stub_kind kind, const char *path) {
    for (size_t i = 0; i < stubs->count; i++) {
        if (strcmp(stubs->at[i].path, path) == 0) {
            return;
        }
    }
    stubs->at = must_allocate(stubs->at, (stubs->count + 1) * sizeof *stubs->at);
    stubs->at[stubs->count++] = (struct stub){kind, strdup(path)};
}

/* What is missing of a place, below clones of what is known of it. */
static void want_place(struct stubs *stubs, struct place *place, bool directory) {
    char *path = place->path + 1;
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        want(stubs, (size_t)(slash - place->path) <= place->known ? CLONE : DIRECTORY, path);
        *slash = '/';
    }
    want(stubs, directory ? DIRECTORY : FILE_STUB, path);
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

static void look_for_missing(const struct plan *plan, struct stubs *stubs) {
    for (size_t i = 0; i < plan->op_count; i++) {
        struct op *op = &plan->ops[i];
        if (op->kind != MOUNT && !has_source(op)) {
            continue;
        }
        struct place place;
        if (walk(stubs->view, op->target, NULL, &place) != 0) {
            fail("find mount point", op->target);
        }
        /* Under an earlier mount, it is made there, if need be. */
        if (place.fd < 0 && !covered(plan, i, place.path)) {
            want_place(stubs, &place, op->directory);
        }
        if (place.fd >= 0) {
            close(place.fd);
        }
        op->resolved = strdup(place.path);
    }
}

/* ---- what it is called */

static void add_to_sum(struct sum *sum, const void *bytes, size_t length) {
    for (const unsigned char *at = bytes; length > 0; at++, length--) {
        sum->value = (sum->value ^ *at) * 0x100000001b3;
    }
}

static void add_xattr_to_sum(void *to, const char *name, const void *value, size_t size) {
    struct sum *sum = to;
    add_to_sum(sum, name, strlen(name) + 1);
    add_to_sum(sum, &size, sizeof size);
    add_to_sum(sum, value, size);
}

static uint64_t sum_of(const struct stubs *stubs) {
    struct sum sum = {0xcbf29ce484222325};
    for (size_t i = 0; i < stubs->count; i++) {
        const struct stub *stub = &stubs->at[i];
        add_to_sum(&sum, &stub->kind, sizeof stub->kind);
        add_to_sum(&sum, stub->path, strlen(stub->path) + 1);
        if (stub->kind == CLONE) {
            struct stat stat;
            int fd = open_directory(stubs->view, stub->path, &stat);
            int64_t attributes[] = {stat.st_uid, stat.st_gid, stat.st_mode, stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec};
            add_to_sum(&sum, attributes, sizeof attributes);
            each_xattr(fd, stub->path, add_xattr_to_sum, &sum);
            close(fd);
        }
    }
    return sum.value;
}

/* ---- making them */

struct target {
    int fd;
    const char *path;
};

static void set_xattr(void *to, const char *name, const void *value, size_t size) {
    const struct target *target = to;
    if (fsetxattr(target->fd, name, value, size, 0) != 0 && errno != ENOTSUP) {
        fail("setxattr", target->path);
    }
}

static void make_clone(int view, int in, const char *path) {
    struct stat like;
    struct stat made;
    if (mkdirat(in, path, 0700) != 0) {
        fail("mkdir", path);
    }
    int from = open_directory(view, path, &like);
    struct target to = {open_directory(in, path, &made), path};
    if (fchown(to.fd, like.st_uid, like.st_gid) != 0 || fchmod(to.fd, like.st_mode & 07777) != 0) {
        fail("clone", path);
    }
    each_xattr(from, path, set_xattr, &to);
    close(from);
    close(to.fd);
}

static void make(const struct stubs *stubs, int in, const struct stub *stub) {
    if (stub->kind == CLONE) {
        make_clone(stubs->view, in, stub->path);
    } else if (stub->kind == DIRECTORY) {
        if (mkdirat(in, stub->path, 0755) != 0) {
            fail("mkdir", stub->path);
        }
    } else {
        int fd = openat(in, stub->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd < 0) {
            fail("create", stub->path);
        }
        close(fd);
    }
}

/* At the end, as making things in a directory changes its times. */
static void set_times(const struct stubs *stubs, int in) {
    for (size_t i = 0; i < stubs->count; i++) {
        const struct stub *stub = &stubs->at[i];
        struct stat like;
        if (stub->kind != CLONE) {
            continue;
        }
        if (fstatat(stubs->view, stub->path, &like, AT_SYMLINK_NOFOLLOW) != 0 ||
            utimensat(in, stub->path, (struct timespec[]){like.st_atim, like.st_mtim}, AT_SYMLINK_NOFOLLOW) != 0) {
            fail("set times", stub->path);
        }
    }
}

/* Under another name first: what has the name is whole. */
static void make_all(const struct plan *plan, const struct stubs *stubs, const char *path) {
    char *fresh = NULL;
    struct stat stat;
    if (asprintf(&fresh, "%s/stubs.new", plan->scratch) < 0) {
        fail("malloc", plan->scratch);
    }
    if (mkdir(fresh, 0755) != 0) {
        fail("mkdir", fresh);
    }
    int in = open_directory(AT_FDCWD, fresh, &stat);
    for (size_t i = 0; i < stubs->count; i++) {
        make(stubs, in, &stubs->at[i]);
    }
    set_times(stubs, in);
    close(in);
    if (rename(fresh, path) != 0) {
        fail("rename", fresh);
    }
    free(fresh);
}

const char *make_stubs(const struct plan *plan, int view) {
    struct stubs stubs = {.view = view};
    char *path = NULL;
    look_for_missing(plan, &stubs);
    if (stubs.count == 0) {
        return NULL;
    }
    if (asprintf(&path, "%s/stubs-%016" PRIx64, plan->scratch, sum_of(&stubs)) < 0) {
        fail("malloc", plan->scratch);
    }
    if (access(path, F_OK) != 0) {
        make_all(plan, &stubs, path);
    }
    for (size_t i = 0; i < stubs.count; i++) {
        free(stubs.at[i].path);
    }
    free(stubs.at);
    return path;
}
