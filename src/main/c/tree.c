#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "overlay.h"
#include "report.h"
#include "stubs.h"
#include "syscalls.h"
#include "terminal.h"
#include "users.h"
#include "walk.h"

bool is_early(const struct plan *plan) {
    return has_users(plan) || plan->fuse != NULL;
}

static struct overlay overlay_of(const struct plan *plan, const struct layers *layers) {
    char *scratch = NULL;
    if (asprintf(&scratch, "%s/root", plan->scratch) < 0) {
        fail("malloc", plan->scratch);
    }
    return (struct overlay){.layers = layers,
                            .devices = false,
                            .fuse = plan->fuse,
                            .copied = plan->copied,
                            .classic = plan->classic_overlay,
                            .user_xattr = plan->user_xattr,
                            .shown = has_users(plan) ? plan : NULL,
                            .scratch = scratch};
}

static const char *scratch_directory(const struct plan *plan, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s", plan->scratch, name) < 0) {
        fail("malloc", name);
    }
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        fail("mkdir", path);
    }
    return path;
}

static bool is_directory(int fd, const char *path) {
    struct stat stat;
    if (fstat(fd, &stat) != 0) {
        fail("stat", path);
    }
    return S_ISDIR(stat.st_mode);
}

static bool restrict_tree(int tree, uint64_t attributes);

/* Here, as those who attach it later have no say in mounts of the machine. */
static void restrict_early(const struct plan *plan, struct op *op) {
    if (has_users(plan)) {
        if (!restrict_tree(op->tree, op->attributes)) {
            fail("mount_setattr", op->target);
        }
        op->attributes = 0;
    }
}

static void prepare_bind(const struct plan *plan, struct op *op) {
    op->tree = sys_open_tree(AT_FDCWD, op->source, OPEN_TREE_CLONE | AT_RECURSIVE);
    if (op->tree < 0) {
        fail("bind", op->source);
    }
    op->directory = is_directory(op->tree, op->source);
    if (op->shown && has_users(plan) && show_as(op->tree, plan->users.namespace) != 0) {
        fail("idmap", op->source);
    }
    restrict_early(plan, op);
}

static int new_file_system(const char *type, const char *data) {
    int fs = sys_fsopen(type);
    if (fs < 0) {
        return -1;
    }
    sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", type);
    char *options = strdup(data);
    for (char *rest = options, *key = strsep(&rest, ","); key != NULL; key = strsep(&rest, ",")) {
        char *value = key;
        strsep(&value, "=");
        if (*key != 0 && sys_fsconfig(fs, value == NULL ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key, value) != 0) {
            fail("set mount option", key);
        }
    }
    free(options);
    if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0) {
        int error = errno;
        close(fs);
        errno = error;
        return -1;
    }
    return fs;
}

/* A detached mount can't be cloned in part by older kernels: it is attached for the moment. */
static int clone_part(int whole, int part, const char *at, const char *about) {
    int scratch = open(at, O_PATH | O_CLOEXEC);
    if (scratch < 0 || sys_move_mount(whole, scratch) != 0) {
        fail("move_mount", at);
    }
    int tree = sys_open_tree(part, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
    if (tree < 0) {
        fail("open_tree", about);
    }
    close(scratch);
    close(whole);
    if (sys_umount(at, MNT_DETACH) != 0) {
        fail("umount", at);
    }
    return tree;
}

static void prepare_overlay(const struct plan *plan, struct op *op) {
    struct overlay overlay = overlay_of(plan, &op->layers);
    if (op->layers.lowers.count == 0) {
        overlay.bottom = scratch_directory(plan, "empty");
    }
    int whole = overlay_mount(&overlay);
    struct place place;
    if (walk(whole, op->source, NULL, &place) != 0) {
        fail("find source", op->source);
    }
    if (place.fd < 0) {
        errno = ENOENT;
        fail("find source", op->source);
    }
    op->directory = place.directory;
    if (place.path[0] == 0) {
        op->tree = whole;
        close(place.fd);
        return;
    }
    op->tree = clone_part(whole, place.fd, overlay.scratch, op->source);
    close(place.fd);
}

static void write_content(const struct plan *plan, int root, const struct op *op) {
    uid_t uid = op->uid + (has_users(plan) ? plan->users.first_user : 0);
    gid_t gid = op->gid + (has_users(plan) ? plan->users.first_group : 0);
    int file = openat(root, "content", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t written = 0;
    while (file >= 0 && written < op->content.length) {
        ssize_t count = write(file, op->content.at + written, op->content.length - written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            fail("write", op->target);
        }
        written += (size_t)count;
    }
    if (file < 0 || fchown(file, uid, gid) != 0 || fchmod(file, op->mode) != 0) {
        fail("create", op->target);
    }
    close(file);
}

static void make_device(const struct plan *plan, int root, const struct op *op) {
    uid_t uid = op->uid + (has_users(plan) ? plan->users.first_user : 0);
    gid_t gid = op->gid + (has_users(plan) ? plan->users.first_group : 0);
    mode_t old = umask(0);
    if (mknodat(root, "content", op->mode, op->device) != 0) {
        fail("mknod", op->target);
    }
    umask(old);
    if (fchownat(root, "content", uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
        fail("chown", op->target);
    }
}

/* A file or node that is only in memory. */
static void prepare_content(const struct plan *plan, struct op *op) {
    struct overlay overlay = overlay_of(plan, &plan->root);
    int fs = new_file_system("tmpfs", "mode=700");
    int whole = fs < 0 ? -1 : sys_fsmount(fs, 0);
    if (whole < 0) {
        fail("mount", "tmpfs");
    }
    close(fs);
    if (op->kind == DEVICE) {
        make_device(plan, whole, op);
    } else {
        write_content(plan, whole, op);
    }
    int file = openat(whole, "content", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) {
        fail("open", op->target);
    }
    op->tree = clone_part(whole, file, overlay.scratch, op->target);
    op->directory = false;
    restrict_early(plan, op);
    close(file);
}

void prepare_sources(struct plan *plan) {
    scratch_directory(plan, "root");
    for (size_t i = 0; i < plan->op_count; i++) {
        struct op *op = &plan->ops[i];
        if (op->kind == BIND) {
            prepare_bind(plan, op);
        } else if (op->kind == OVERLAY) {
            prepare_overlay(plan, op);
        } else if (op->kind == CONTENT || op->kind == DEVICE) {
            prepare_content(plan, op);
        }
    }
}

static void attach_to_path(int tree, const char *path) {
    int at = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0 || sys_move_mount(tree, at) != 0) {
        fail("move_mount", path);
    }
    close(at);
}

/* A directory with the mount points that are missing, if there are any. */
static const char *look_for_stubs(struct plan *plan, const char *empty) {
    struct overlay overlay = overlay_of(plan, &plan->root);
    overlay.view = true;
    overlay.shown = NULL;
    /* A view needs two directories at least. */
    overlay.bottom = empty;
    int view = overlay_mount(&overlay);
    const char *stubs = make_stubs(plan, view);
    /* Where it goes with the old root, all in one: to let go of a mount that is nowhere, the kernel waits each time. */
    const char *at = scratch_directory(plan, "view");
    attach_to_path(view, at);
    close(view);
    if (is_early(plan) && sys_umount(at, MNT_DETACH) != 0) {
        fail("umount", at);
    }
    return stubs;
}

int mount_root(struct plan *plan) {
    const char *empty = plan->root.lowers.count == 0 ? scratch_directory(plan, "empty") : NULL;
    const char *stubs = look_for_stubs(plan, empty);
    if (plan->copied && stubs != NULL) {
        errno = ENOENT; /* whoever made the copy makes them */
        fail("find mount point", stubs);
    }
    struct overlay overlay = overlay_of(plan, &plan->root);
    overlay.top = stubs;
    overlay.bottom = stubs == NULL ? empty : NULL;
    overlay.devices = plan->root_devices;
    return overlay_mount(&overlay);
}

void attach_root(const struct plan *plan, int root) {
    struct overlay overlay = overlay_of(plan, &plan->root);
    /* Users of the container reach no directory of the machine but this. */
    attach_to_path(root, has_users(plan) ? "/" : overlay.scratch);
}

/* Applies attributes to a mount and all below it; before Linux 5.12 only to the mount, once it is attached. */
static bool restrict_tree(int tree, uint64_t attributes) {
    struct mount_attr wanted = {.attr_set = attributes};
    return attributes == 0 || sys_mount_setattr(tree, AT_EMPTY_PATH | AT_RECURSIVE, &wanted) == 0;
}

static void restrict_attached(int tree, uint64_t attributes, const char *target) {
    char path[32];
    unsigned long flags = MS_REMOUNT | MS_BIND;
    flags |= attributes & MOUNT_ATTR_RDONLY ? MS_RDONLY : 0;
    flags |= attributes & MOUNT_ATTR_NOSUID ? MS_NOSUID : 0;
    flags |= attributes & MOUNT_ATTR_NODEV ? MS_NODEV : 0;
    flags |= attributes & MOUNT_ATTR_NOEXEC ? MS_NOEXEC : 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", tree);
    if (sys_mount(NULL, path, NULL, flags, NULL) != 0) {
        fail("remount", target);
    }
}

static void attach(int tree, int at, uint64_t attributes, const char *target) {
    bool restricted = restrict_tree(tree, attributes);
    if (!restricted && errno != ENOSYS) {
        fail("mount_setattr", target);
    }
    if (sys_move_mount(tree, at) != 0) {
        fail("move_mount", target);
    }
    if (!restricted) {
        restrict_attached(tree, attributes, target);
    }
    close(tree);
}

/* Directories that nothing more is mounted on, nor in but for what is below their source; whatever symlinks lead there. */
static struct {
    const struct op *at[8];
    size_t count;
} closed;

static bool is_below(const char *path, const char *directory) {
    size_t length = strlen(directory);
    return length > 0 && strncmp(path, directory, length) == 0 && (path[length] == 0 || path[length] == '/');
}

static void close_directory(const struct op *op) {
    if (closed.count == sizeof closed.at / sizeof *closed.at) {
        errno = E2BIG;
        fail("close", op->target);
    }
    closed.at[closed.count++] = op;
}

static void check_open(const char *target, const char *path) {
    for (size_t i = 0; i < closed.count; i++) {
        const struct op *op = closed.at[i];
        bool open = is_below(path, op->source) && strcmp(path, op->target) != 0;
        if (*path == 0 || (is_below(path, op->target) && !open)) {
            errno = EPERM;
            fail("mount over", target);
        }
    }
}

/* In a bundle, a runtime mounts over it. */
static bool is_hidden(const struct plan *plan, const char *path) {
    return plan->bundle != NULL && is_below(path, "/dev");
}

static int find_or_make(const struct plan *plan, int root, const char *target, bool directory) {
    const struct making making = {.directory = directory};
    struct place place;
    if (walk(root, target, &making, &place) != 0) {
        fail("make mount point", target);
    }
    check_open(target, place.path);
    if (is_hidden(plan, place.path)) {
        errno = EPERM;
        fail("mount over", target);
    }
    if (place.directory != directory) {
        errno = directory ? ENOTDIR : EISDIR;
        fail("mount", target);
    }
    return place.fd;
}

static void attach_source(const struct plan *plan, int root, struct op *op) {
    int at = find_or_make(plan, root, op->target, op->directory);
    attach(op->tree, at, op->attributes, op->target);
    close(at);
}

static void mount_new(const struct plan *plan, int root, const struct op *op) {
    int fs = new_file_system(op->type, op->data);
    int tree = fs < 0 ? -1 : sys_fsmount(fs, (unsigned)op->attributes);
    if (tree < 0) {
        if (op->optional) {
            return;
        }
        char about[PATH_MAX + 64];
        snprintf(about, sizeof about, "%s on %s", op->type, op->target);
        fail("mount", about);
    }
    close(fs);
    int at = find_or_make(plan, root, op->target, true);
    attach(tree, at, 0, op->target);
    close(at);
}

/* Opens the directory of a path that is to be made; `name` is its last part. */
static int open_parent(const struct plan *plan, int root, const char *path, const char **name) {
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL || strlen(path) >= sizeof parent) {
        errno = EINVAL;
        fail("make", path);
    }
    memcpy(parent, path, (size_t)(slash - path));
    parent[slash - path] = 0;
    *name = slash + 1;
    return find_or_make(plan, root, parent, true);
}

static void make_node(const struct plan *plan, int root, const struct op *op) {
    const char *name;
    int parent = open_parent(plan, root, op->target, &name);
    mode_t old = umask(0);
    if (mknodat(parent, name, op->mode, op->device) != 0) {
        fail("mknod", op->target);
    }
    umask(old);
    close(parent);
}

static void make_link(const struct plan *plan, int root, const struct op *op) {
    const char *name;
    int parent = open_parent(plan, root, op->target, &name);
    if (symlinkat(op->source, parent, name) != 0) {
        fail("symlink", op->target);
    }
    close(parent);
}

static int clone_place(const struct place *place, const char *path) {
    int tree = sys_open_tree(place->fd, "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE);
    if (tree < 0) {
        fail("open_tree", path);
    }
    return tree;
}

static bool find(int root, const char *path, struct place *place) {
    if (walk(root, path, NULL, place) == 0) {
        return place->fd >= 0;
    }
    if (errno != ENOTDIR && errno != EACCES) {
        fail("find", path);
    }
    return false;
}

/* An empty read-only directory. */
static int empty_directory(void) {
    int fs = new_file_system("tmpfs", "nr_blocks=1,nr_inodes=1,mode=755");
    int tree = fs < 0 ? -1 : sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    if (tree < 0) {
        fail("mount", "tmpfs");
    }
    close(fs);
    return tree;
}

static void mask(int root, const struct op *op) {
    struct place place;
    if (!find(root, op->target, &place)) {
        return;
    }
    int tree;
    if (place.directory) {
        tree = empty_directory();
    } else {
        struct place null;
        if (!find(root, "/dev/null", &null)) {
            fail("find", "/dev/null");
        }
        tree = clone_place(&null, "/dev/null");
        close(null.fd);
    }
    attach(tree, place.fd, 0, op->target);
    close(place.fd);
}

static void make_read_only(int root, const struct op *op) {
    struct place place;
    if (!find(root, op->target, &place)) {
        return;
    }
    attach(clone_place(&place, op->target), place.fd, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
           op->target);
    close(place.fd);
}

/* Opens a terminal of the new root, and shows it as its console. */
static int make_console(const struct plan *plan, int root, const struct op *op) {
    char path[32];
    struct place place;
    if (!find(root, "/dev/pts", &place)) {
        fail("find", "/dev/pts");
    }
    int master = open_terminal(place.fd, path);
    close(place.fd);
    if (!find(root, path, &place)) {
        fail("find", path);
    }
    int at = find_or_make(plan, root, op->target, false);
    attach(clone_place(&place, path), at, 0, op->target);
    close(at);
    close(place.fd);
    return master;
}

/* A place on the machine that a runtime mounts from, as it makes itself what this is to be mounted in. */
static void stage(int root, const struct op *op) {
    struct place place;
    if (walk(root, op->target, NULL, &place) != 0) {
        fail("find mount point", op->target);
    }
    check_open(op->target, place.path);
    if (place.fd >= 0) {
        close(place.fd);
    }
    int made = op->directory ? mkdir(op->staged, 0755) : open(op->staged, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    int at = made < 0 ? -1 : open(op->staged, O_PATH | O_CLOEXEC);
    if (at < 0) {
        fail("create", op->staged);
    }
    if (!op->directory) {
        close(made);
    }
    attach(op->tree, at, op->attributes, op->target);
    close(at);
}

int make_tree(struct plan *plan, int root) {
    int terminal = -1;
    for (size_t i = 0; i < plan->op_count; i++) {
        struct op *op = &plan->ops[i];
        if (plan->bundle != NULL && closed.count == 0 && op->kind != CLOSE) {
            continue; /* what all containers have, a runtime makes itself */
        }
        if (op->staged != NULL) {
            stage(root, op);
            continue;
        }
        switch (op->kind) {
        case MOUNT:
            mount_new(plan, root, op);
            break;
        case BIND:
        case OVERLAY:
        case CONTENT:
        case DEVICE:
            attach_source(plan, root, op);
            break;
        case NODE:
            make_node(plan, root, op);
            break;
        case LINK:
            make_link(plan, root, op);
            break;
        case MASK:
            mask(root, op);
            break;
        case READ_ONLY:
            make_read_only(root, op);
            break;
        case CLOSE:
            close_directory(op);
            break;
        case CONSOLE:
            terminal = make_console(plan, root, op);
            break;
        }
    }
    return terminal;
}

void make_root_read_only(int root) {
    struct mount_attr wanted = {.attr_set = MOUNT_ATTR_RDONLY};
    if (sys_mount_setattr(root, AT_EMPTY_PATH, &wanted) == 0) {
        return;
    }
    if (errno != ENOSYS) {
        fail("mount_setattr", "/");
    }
    restrict_attached(root, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, "/");
}

void enter_root(int root) {
    if (fchdir(root) != 0 || sys_pivot_root(".", ".") != 0) {
        fail("pivot_root", "/");
    }
    /* The old root is now on top of the new one. */
    if (sys_umount(".", MNT_DETACH) != 0 || chdir("/") != 0) {
        fail("umount", "/");
    }
}
