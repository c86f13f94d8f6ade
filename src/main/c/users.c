#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "overlay.h"
#include "report.h"
#include "syscalls.h"

bool has_users(const struct plan *plan) {
    return plan->users.count != 0;
}

/* ---- which users */

/* Each range is a part of one file that is locked: who has the lock has the users. */
static void lock_users(struct users *users) {
    int file = open(users->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        fail("open", users->lock);
    }
    for (uint64_t offset = 0; offset + users->count <= users->all; offset += users->count) {
        struct flock range = {.l_type = F_WRLCK, .l_start = (off_t)(users->first_user + offset), .l_len = (off_t)users->count};
        if (fcntl(file, F_OFD_SETLK, &range) == 0) {
            /* Kept open until this process ends. */
            users->first_user += (uid_t)offset;
            users->first_group += (gid_t)offset;
            return;
        }
        if (errno != EAGAIN && errno != EACCES) {
            fail("lock", users->lock);
        }
    }
    errno = EUSERS;
    fail("choose users", "all ranges are in use");
}

static bool write_map(pid_t process, const char *name, uint64_t first, uint64_t count) {
    char path[64];
    char line[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    int length = snprintf(line, sizeof line, "0 %llu %llu", (unsigned long long)first, (unsigned long long)count);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool written = file >= 0 && write(file, line, (size_t)length) == length;
    int error = errno;
    close(file);
    errno = error;
    return written;
}

static bool map(pid_t process, const struct users *users) {
    return write_map(process, "uid_map", users->first_user, users->count) &&
           write_map(process, "gid_map", users->first_group, users->count);
}

/* A namespace without a process, by which mounts are told how to show files. */
static int namespace_of(const struct users *users) {
    char path[64];
    int talk[2];
    char byte;
    if (pipe2(talk, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        close(talk[1]);
        _exit(read(talk[0], &byte, 1) == 0 ? 0 : 1);
    }
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    int namespace = pid > 0 && map(pid, users) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    int error = errno;
    close(talk[0]);
    close(talk[1]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    errno = error;
    return namespace;
}

void choose_users(struct plan *plan) {
    lock_users(&plan->users);
    plan->users.namespace = namespace_of(&plan->users);
    if (plan->users.namespace < 0) {
        fail("make user namespace", "");
    }
    if (unshare(CLONE_NEWNS) != 0 || sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail("unshare", "mounts");
    }
}

/* Nobody in the namespace may raise a limit: it is done from here, as far as the command may. */
static void raise_limits(const struct plan *plan, pid_t process) {
    for (size_t i = 0; i < plan->limits.count; i++) {
        const struct limit *limit = &plan->limits.at[i];
        struct rlimit now;
        if (prlimit(process, (__rlimit_resource_t)limit->resource, NULL, &now) == 0 && now.rlim_max < limit->hard) {
            now.rlim_max = limit->hard;
            prlimit(process, (__rlimit_resource_t)limit->resource, &now, NULL);
        }
    }
}

void give_users(const struct plan *plan, pid_t process) {
    raise_limits(plan, process);
    if (!map(process, &plan->users)) {
        fail("map users of", "the command");
    }
}

void become_root_of_users(void) {
    if (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) {
        fail("become root of", "the user namespace");
    }
}

/* ---- how files are shown */

int show_as(int tree, int namespace) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)namespace};
    return sys_mount_setattr(tree, AT_EMPTY_PATH | AT_RECURSIVE, &attributes);
}

static void act_as(uid_t user, gid_t group, unsigned long bits) {
    if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) != 0) {
        fail("prctl", "PR_SET_SECUREBITS");
    }
    setfsgid(group);
    setfsuid(user);
}

/* Privileges are kept: they'd go with the user else. */
void act_as_root_of(const struct plan *plan) {
    act_as(plan->users.first_user, plan->users.first_group, SECBIT_NO_SETUID_FIXUP);
}

void act_as_oneself(void) {
    act_as(0, 0, SECBIT_NO_SETUID_FIXUP);
    act_as(0, 0, 0);
}

/* ---- whether it can be done */

/* Some users that no container gets; nothing is done as one of them. */
#define PROBED 1000000000U

int probe_users(const char *directory) {
    static const char *const parts[] = {"lower", "upper", "work"};
    struct plan plan = {.users = {.first_user = PROBED, .first_group = PROBED, .count = 1000}};
    plan.users.namespace = namespace_of(&plan.users);
    if (plan.users.namespace < 0) {
        return errno;
    }
    int fs = sys_fsopen("overlay");
    int whole = sys_open_tree(AT_FDCWD, directory, OPEN_TREE_CLONE);
    if (fs < 0 || whole < 0 || show_as(whole, plan.users.namespace) != 0) {
        return errno;
    }
    int at = open(directory, O_PATH | O_CLOEXEC);
    char options[128];
    int fds[3];
    for (size_t i = 0; i < 3; i++) {
        if (mkdirat(at, parts[i], 0700) != 0 || (fds[i] = openat(whole, parts[i], O_PATH | O_CLOEXEC)) < 0) {
            return errno;
        }
    }
    if (sys_move_mount(whole, at) != 0) {
        return errno;
    }
    snprintf(options, sizeof options, "lowerdir=/proc/self/fd/%d,upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d", fds[0],
             fds[1], fds[2]);
    act_as_root_of(&plan);
    int error = sys_mount("overlay", directory, "overlay", 0, options) == 0 ? 0 : errno;
    act_as_oneself();
    return error;
}
