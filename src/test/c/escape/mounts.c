/* By changing what is mounted, or where the root directory is. */
#include "attempts.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MNT_DETACH 2

static int mount_on(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return result(syscall(SYS_mount, source, target, type, flags, data));
}

/* Mounts it, and takes it away again. */
static int mount_here(const char *source, const char *type, unsigned long flags, const char *data) {
    int error = mount_on(source, spot(), type, flags, data);
    if (error == 0) {
        syscall(SYS_umount2, spot(), MNT_DETACH);
    }
    return error;
}

static int release_agent(void) {
    char path[PATH_MAX];
    int error = mount_on("cgroup", spot(), "cgroup", 0, "none,name=jbuild-escape");
    if (error != 0) {
        return error;
    }
    snprintf(path, sizeof path, "%s/release_agent", spot());
    error = rewrite(path);
    syscall(SYS_umount2, spot(), 0);
    return error;
}

static int release_agent_of_memory(void) {
    return mount_here("cgroup", "cgroup", 0, "memory");
}

static int unified_cgroups(void) {
    return mount_here("cgroup2", "cgroup2", 0, NULL);
}

static int new_proc(void) {
    return mount_here("proc", "proc", 0, NULL);
}

static int new_sys(void) {
    return mount_here("sysfs", "sysfs", 0, NULL);
}

static int new_tmpfs(void) {
    return mount_here("none", "tmpfs", 0, NULL);
}

static int new_devices(void) {
    return mount_here("none", "devtmpfs", 0, NULL);
}

static int new_debugfs(void) {
    return mount_here("none", "debugfs", 0, NULL);
}

static int new_tracefs(void) {
    return mount_here("none", "tracefs", 0, NULL);
}

static int new_bpffs(void) {
    return mount_here("none", "bpf", 0, NULL);
}

static int new_securityfs(void) {
    return mount_here("none", "securityfs", 0, NULL);
}

static int new_binfmt(void) {
    return mount_here("none", "binfmt_misc", 0, NULL);
}

static int bind_root(void) {
    return mount_here("/", NULL, MS_BIND | MS_REC, NULL);
}

static int bind_over_proc(void) {
    int error = mount_on("/tmp", "/proc/self/attr", NULL, MS_BIND, NULL);
    error = error == 0 ? 0 : mount_on("/tmp", "/proc/self/fdinfo", NULL, MS_BIND, NULL);
    if (error == 0) {
        syscall(SYS_umount2, "/proc/self/fdinfo", MNT_DETACH);
    }
    return error;
}

static int remount(const char *path) {
    return unless(syscall(SYS_mount, NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL), EINVAL);
}

/* What isn't a mount can't be mounted again: the kernel says so only to those who may. */
static int remount_root(void) {
    return remount("/");
}

static int remount_sysctls(void) {
    return remount("/proc/sys");
}

static int remount_sys(void) {
    return remount("/sys");
}

static int remount_cgroups(void) {
    return remount("/sys/fs/cgroup");
}

static int share_mounts(void) {
    return result(syscall(SYS_mount, NULL, "/proc", NULL, MS_SHARED, NULL));
}

static int move_proc(void) {
    return unless(syscall(SYS_mount, "/proc", spot(), NULL, MS_MOVE, NULL), EINVAL);
}

static int unmount(const char *path) {
    return unless(syscall(SYS_umount2, path, MNT_DETACH), EINVAL);
}

static int unmount_mask(void) {
    return unmount("/proc/timer_list");
}

static int unmount_sysctls(void) {
    return unmount("/proc/sys");
}

static int unmount_hosts(void) {
    return unmount("/etc/hosts");
}

static int pivot(void) {
    int error = unless(syscall(SYS_pivot_root, "/", "/"), EBUSY);
    return error == EINVAL ? 0 : error;
}

/* The way out of a root directory by another one: the working directory is left outside of it. */
static int leave_root(void) {
    if (chroot(spot()) != 0) {
        return errno;
    }
    for (int i = 0; i < 100; i++) {
        if (chdir("..") != 0) {
            return errno;
        }
    }
    return read_prey(AT_FDCWD, prey.file + 1);
}

static int leave_root_by_descriptor(void) {
    int above = open("/", O_RDONLY | O_DIRECTORY);
    if (chroot(spot()) != 0 || fchdir(above) != 0) {
        return errno;
    }
    for (int i = 0; i < 100; i++) {
        if (chdir("..") != 0) {
            return errno;
        }
    }
    return read_prey(AT_FDCWD, prey.file + 1);
}

static int link_to_first_root(void) {
    char path[PATH_MAX];
    char target[PATH_MAX];
    snprintf(path, sizeof path, "%s/link", spot());
    snprintf(target, sizeof target, "/proc/1/root%s", prey.file);
    unlink(path);
    if (symlink(target, path) != 0) {
        return errno;
    }
    int error = read_prey(AT_FDCWD, path);
    unlink(path);
    return error;
}

/* ---- by the newer calls */

static int open_file_system(void) {
    return result(syscall(SYS_fsopen, "tmpfs", 0));
}

static int pick_file_system(void) {
    return result(syscall(SYS_fspick, AT_FDCWD, "/proc", 0));
}

static int clone_tree(void) {
    return result(syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE));
}

static int move_tree(void) {
    int tree = (int)syscall(SYS_open_tree, AT_FDCWD, "/proc", 0);
    return unless(syscall(SYS_move_mount, tree, "", AT_FDCWD, spot(), MOVE_MOUNT_F_EMPTY_PATH), EINVAL);
}

static int set_attributes(void) {
    struct mount_attr none = {.attr_clr = MOUNT_ATTR_RDONLY};
    return unless(syscall(SYS_mount_setattr, AT_FDCWD, "/proc/sys", 0, &none, sizeof none), EINVAL);
}

const struct attempt mount_attempts[] = {{"release-agent", release_agent, CHROOT, 0},
                                         {"mount-cgroup", release_agent_of_memory, CHROOT, 0},
                                         {"mount-cgroup2", unified_cgroups, CHROOT, 0},
                                         {"mount-proc", new_proc, CHROOT, 0},
                                         {"mount-sysfs", new_sys, CHROOT, 0},
                                         {"mount-tmpfs", new_tmpfs, CHROOT, 0},
                                         {"mount-devtmpfs", new_devices, CHROOT, 0},
                                         {"mount-debugfs", new_debugfs, CHROOT, 0},
                                         {"mount-tracefs", new_tracefs, CHROOT, 0},
                                         {"mount-bpf", new_bpffs, CHROOT, 0},
                                         {"mount-securityfs", new_securityfs, CHROOT, 0},
                                         {"mount-binfmt-misc", new_binfmt, CHROOT, 0},
                                         {"bind-root", bind_root, CHROOT, 0},
                                         {"bind-over-proc", bind_over_proc, CHROOT, 0},
                                         {"remount-root", remount_root, CHROOT, 0},
                                         {"remount-proc-sys", remount_sysctls, CHROOT, 0},
                                         {"remount-sys", remount_sys, CHROOT, 0},
                                         {"remount-cgroup", remount_cgroups, CHROOT, 0},
                                         {"make-mounts-shared", share_mounts, CHROOT, 0},
                                         {"move-proc", move_proc, CHROOT, 0},
                                         {"umount-mask", unmount_mask, CHROOT, 0},
                                         {"umount-proc-sys", unmount_sysctls, CHROOT, 0},
                                         {"umount-hosts", unmount_hosts, CHROOT, 0},
                                         {"pivot-root", pivot, CHROOT, 0},
                                         {"chroot-and-up", leave_root, CHROOT, 0},
                                         {"chroot-and-fchdir", leave_root_by_descriptor, CHROOT, 0},
                                         {"link-to-root-of-process-1", link_to_first_root, CHROOT, 0},
                                         {"fsopen", open_file_system, CHROOT, 0},
                                         {"fspick", pick_file_system, CHROOT, 0},
                                         {"open-tree", clone_tree, CHROOT, 0},
                                         {"move-mount", move_tree, CHROOT, 0},
                                         {"mount-setattr", set_attributes, CHROOT, 0},
                                         {NULL, NULL, CHROOT, 0}};
