#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuse.h"
#include "report.h"
#include "syscalls.h"
#include "users.h"

/* Descriptors that keep directories open while the kernel looks them up by /proc/self/fd. */
struct handles {
    int *at;
    size_t count;
    const struct overlay *overlay;
    int changes;    /* the mount that the upper and the work directory are both on, or -1 */
    size_t shared;  /* how much of their paths leads to it */
};

/* A mount of a directory alone. Kernels before 6.15 have no layers on mounts that are nowhere. */
static int show(const char *path, const struct overlay *overlay) {
    int tree = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE);
    if (tree < 0) {
        fail("open_tree", path);
    }
    if (show_as(tree, overlay->shown->users.namespace) != 0) {
        fail("idmap", path);
    }
    int at = open(overlay->scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0 || sys_move_mount(tree, at) != 0) {
        fail("move_mount", overlay->scratch);
    }
    close(at);
    return tree;
}

static void keep(struct handles *handles, int fd) {
    handles->at = must_allocate(handles->at, (handles->count + 1) * sizeof *handles->at);
    handles->at[handles->count++] = fd;
}

/* Both have to be on one mount: that of the directory that they have in common. */
static int show_changes(struct handles *handles, const char *path) {
    const struct layers *layers = handles->overlay->layers;
    if (handles->changes < 0) {
        for (size_t i = 0; layers->upper[i] != 0 && layers->upper[i] == layers->work[i]; i++) {
            handles->shared = layers->upper[i] == '/' ? i + 1 : handles->shared;
        }
        char *common = strndup(layers->upper, handles->shared);
        handles->changes = show(common, handles->overlay);
        keep(handles, handles->changes);
        free(common);
    }
    return openat(handles->changes, path + handles->shared, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int open_directory(struct handles *handles, const char *path) {
    const struct overlay *overlay = handles->overlay;
    if (overlay->shown == NULL) {
        return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    bool changes = path == overlay->layers->upper || path == overlay->layers->work;
    return changes ? show_changes(handles, path) : show(path, overlay);
}

static int hold(struct handles *handles, const char *path) {
    int fd = open_directory(handles, path);
    if (fd < 0) {
        fail("open", path);
    }
    keep(handles, fd);
    return fd;
}

static void release(struct handles *handles) {
    for (size_t i = 0; i < handles->count; i++) {
        close(handles->at[i]);
    }
    free(handles->at);
}

/* fsconfig takes no value of 256 bytes or more, and overlayfs reads some characters as separators or escapes. */
static const char *spell(const char *path, char buffer[32], struct handles *handles) {
    if (handles->overlay->shown == NULL && strlen(path) < 256 && strpbrk(path, ":,\\") == NULL) {
        return path;
    }
    snprintf(buffer, 32, "/proc/self/fd/%d", hold(handles, path));
    return buffer;
}

static int set_directory(int fs, const char *key, const char *path, struct handles *handles) {
    char buffer[32];
    return sys_fsconfig(fs, FSCONFIG_SET_STRING, key, spell(path, buffer, handles));
}

/* The kernel says what it dislikes in lines of the context; the last one is told. */
static _Noreturn void fail_with_log(int fs, const char *call, const char *about) {
    char line[512];
    char told[1024] = "";
    int error = errno;
    ssize_t got;
    while ((got = read(fs, line, sizeof line - 1)) > 0) {
        line[got] = 0;
        snprintf(told, sizeof told, "%s (%.*s)", about, (int)strcspn(line + 2, "\n"), got > 2 ? line + 2 : "");
    }
    errno = error;
    fail(call, told[0] != 0 ? told : about);
}

size_t most_lowers(const struct overlay *overlay) {
    return 2 + overlay->layers->lowers.count + 1;
}

const char *lower_of(const struct overlay *overlay, size_t number) {
    const struct words *lowers = &overlay->layers->lowers;
    if (number == 0) {
        return overlay->view ? overlay->layers->upper : NULL;
    }
    if (number == 1) {
        return overlay->top;
    }
    return number < 2 + lowers->count ? lowers->at[number - 2] : overlay->bottom;
}

/* Adds all lower directories; false if this kernel doesn't take them one by one. */
static bool add_lowers(int fs, const struct overlay *overlay, struct handles *handles) {
    bool any = false;
    for (size_t i = 0; i < most_lowers(overlay); i++) {
        const char *lower = lower_of(overlay, i);
        if (lower == NULL) {
            continue;
        }
        if (set_directory(fs, "lowerdir+", lower, handles) != 0) {
            if (!any && errno == EINVAL) {
                return false;
            }
            fail_with_log(fs, "mount overlay", lower);
        }
        any = true;
    }
    return true;
}

/* Before Linux 6.5 overlayfs took any word, and only looked at them all when it was mounted: lowerdir+ is none it knows. */
static bool takes_any_word(int fs) {
    if (sys_fsconfig(fs, FSCONFIG_SET_FLAG, "no-such-option", NULL) == 0) {
        return true;
    }
    char line[512];
    while (read(fs, line, sizeof line) > 0) {
        /* What it said to this is no reason for anything. */
    }
    return false;
}

/* The last one is no option together with userxattr, which implies it. */
static const char *const quiet[] = {"index", "metacopy", "redirect_dir"};

static int mount_by_context(const struct overlay *overlay) {
    int fs = sys_fsopen("overlay");
    if (fs < 0) {
        if (errno == ENOSYS) {
            return -1;
        }
        fail("mount overlay", "fsopen");
    }
    struct handles handles = {.overlay = overlay, .changes = -1};
    sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", "overlay");
    if (takes_any_word(fs) || !add_lowers(fs, overlay, &handles)) {
        close(fs);
        release(&handles);
        return -1;
    }
    if (!overlay->view) {
        if (set_directory(fs, "upperdir", overlay->layers->upper, &handles) != 0) {
            fail_with_log(fs, "mount overlay", overlay->layers->upper);
        }
        if (set_directory(fs, "workdir", overlay->layers->work, &handles) != 0) {
            fail_with_log(fs, "mount overlay", overlay->layers->work);
        }
        for (size_t i = 0; i < sizeof quiet / sizeof *quiet - (overlay->user_xattr ? 1 : 0); i++) {
            if (sys_fsconfig(fs, FSCONFIG_SET_STRING, quiet[i], "off") != 0) {
                fail_with_log(fs, "mount overlay", quiet[i]);
            }
        }
        /* What is captured is made durable later; older kernels just sync more. */
        sys_fsconfig(fs, FSCONFIG_SET_FLAG, "volatile", NULL);
    }
    if (overlay->user_xattr && sys_fsconfig(fs, FSCONFIG_SET_FLAG, "userxattr", NULL) != 0) {
        fail_with_log(fs, "mount overlay", "userxattr");
    }
    if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) != 0) {
        fail_with_log(fs, "mount overlay", overlay->layers->upper);
    }
    int tree = sys_fsmount(fs, overlay->devices ? 0 : MOUNT_ATTR_NODEV);
    if (tree < 0) {
        fail_with_log(fs, "mount overlay", "fsmount");
    }
    close(fs);
    release(&handles);
    return tree;
}

struct text {
    char at[4096]; /* mount(2) takes no more than a page */
    size_t length;
};

static void add(struct text *text, const char *separator, const char *word) {
    size_t more = strlen(separator) + strlen(word);
    if (text->length + more >= sizeof text->at) {
        errno = E2BIG;
        fail("mount overlay", "too many layers for this kernel");
    }
    strcpy(stpcpy(text->at + text->length, separator), word);
    text->length += more;
}

static void add_directory(struct text *text, const char *separator, const char *path, struct handles *handles) {
    char name[16];
    snprintf(name, sizeof name, "%d", hold(handles, path));
    add(text, separator, name);
}

/*
 * With mount(2), all directories are in one string of a page. They are named by descriptor numbers, relative to
 * /proc/self/fd: short, and without a character to escape.
 */
static int mount_by_string(const struct overlay *overlay) {
    struct text text = {.length = 0};
    struct handles handles = {.overlay = overlay, .changes = -1};
    const char *separator = "lowerdir=";
    for (size_t i = 0; i < most_lowers(overlay); i++) {
        const char *lower = lower_of(overlay, i);
        if (lower != NULL) {
            add_directory(&text, separator, lower, &handles);
            separator = ":";
        }
    }
    if (!overlay->view) {
        add_directory(&text, ",upperdir=", overlay->layers->upper, &handles);
        add_directory(&text, ",workdir=", overlay->layers->work, &handles);
        add(&text, ",index=off,metacopy=off", overlay->user_xattr ? "" : ",redirect_dir=off");
    }
    if (overlay->user_xattr) {
        add(&text, ",userxattr", "");
    }
    size_t plain = text.length;
    if (!overlay->view) {
        add(&text, ",volatile", "");
    }
    if (chdir("/proc/self/fd") != 0) {
        fail("chdir", "/proc/self/fd");
    }
    unsigned long flags = overlay->devices ? 0 : MS_NODEV;
    int result = sys_mount("overlay", overlay->scratch, "overlay", flags, text.at);
    if (result != 0 && errno == EINVAL && !overlay->view) {
        text.at[plain] = 0;
        result = sys_mount("overlay", overlay->scratch, "overlay", flags, text.at);
    }
    if (result != 0) {
        fail("mount overlay", overlay->layers->upper);
    }
    int tree = sys_open_tree(AT_FDCWD, overlay->scratch, OPEN_TREE_CLONE);
    if (tree < 0) {
        fail("open_tree", overlay->scratch);
    }
    if (sys_umount(overlay->scratch, MNT_DETACH) != 0 || chdir("/") != 0) {
        fail("umount", overlay->scratch);
    }
    release(&handles);
    return tree;
}

/* Before Linux 5.12 a mount gets attributes only where it is attached. */
static int without_devices(int tree, const struct overlay *overlay) {
    struct mount_attr wanted = {.attr_set = MOUNT_ATTR_NODEV};
    if (overlay->devices || sys_mount_setattr(tree, AT_EMPTY_PATH, &wanted) == 0) {
        return tree;
    }
    int at = open(overlay->scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (errno != ENOSYS || at < 0 || sys_move_mount(tree, at) != 0 ||
        sys_mount(NULL, overlay->scratch, NULL, MS_REMOUNT | MS_BIND | MS_NODEV, NULL) != 0) {
        fail("mount_setattr", overlay->layers->upper);
    }
    close(at);
    close(tree);
    tree = sys_open_tree(AT_FDCWD, overlay->scratch, OPEN_TREE_CLONE);
    if (tree < 0 || sys_umount(overlay->scratch, MNT_DETACH) != 0) {
        fail("open_tree", overlay->scratch);
    }
    return tree;
}

static int mount_copy(const struct overlay *overlay) {
    int tree = sys_open_tree(AT_FDCWD, overlay->layers->upper, OPEN_TREE_CLONE);
    if (tree < 0) {
        fail("open_tree", overlay->layers->upper);
    }
    if (overlay->shown != NULL && show_as(tree, overlay->shown->users.namespace) != 0) {
        fail("idmap", overlay->layers->upper);
    }
    return without_devices(tree, overlay);
}

int overlay_mount(const struct overlay *overlay) {
    if (overlay->copied) {
        return mount_copy(overlay);
    }
    if (overlay->fuse != NULL) {
        return without_devices(fuse_mount(overlay), overlay);
    }
    if (overlay->shown != NULL) {
        act_as_root_of(overlay->shown);
    }
    int tree = overlay->classic ? -1 : mount_by_context(overlay);
    tree = tree >= 0 ? tree : mount_by_string(overlay);
    if (overlay->shown != NULL) {
        act_as_oneself();
    }
    return tree;
}
