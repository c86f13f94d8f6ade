#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "credentials.h"
#include "exec.h"
#include "network.h"
#include "report.h"
#include "syscalls.h"
#include "terminal.h"
#include "tree.h"
#include "users.h"
#include "walk.h"

#ifndef KEYCTL_JOIN_SESSION_KEYRING
#define KEYCTL_JOIN_SESSION_KEYRING 1
#endif

void die_with(int launcher) {
    struct pollfd dead = {.fd = launcher, .events = POLLIN};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (launcher >= 0 && poll(&dead, 1, 0) > 0) {
        _exit(SETUP_FAILED);
    }
}

static void prepare_namespaces(const struct plan *plan) {
    if (sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail("make mounts private", "/");
    }
    if (plan->hostname != NULL && sethostname(plan->hostname, strlen(plan->hostname)) != 0) {
        fail("sethostname", plan->hostname);
    }
    if (plan->own_network) {
        bring_loopback_up();
    }
    if (plan->network != NULL) {
        join_network(plan->network, plan->network_inode);
    }
}

static int open_plain_root(const char *directory) {
    int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        fail("open", directory);
    }
    return root;
}

static void enter_plain_root(int root) {
    if (fchdir(root) != 0 || chroot(".") != 0) {
        fail("chroot", "");
    }
}

_Noreturn void fail_to_change(const char *cwd) {
    char message[PATH_MAX + 256];
    snprintf(message, sizeof message, "chdir to cwd (\"%s\"): %s", cwd, strerror(errno));
    fail_to_exec(126, message);
}

/* Whether it is in a file system that a runtime has yet to mount. */
static bool is_to_come(const char *path) {
    static const char *const kernels[] = {"/proc", "/sys", "/dev"};
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        size_t length = strlen(kernels[i]);
        if (strncmp(path, kernels[i], length) == 0 && (path[length] == '/' || path[length] == 0)) {
            return true;
        }
    }
    return false;
}

static int find_cwd(const struct plan *plan, int root) {
    struct making making = {.directory = true, .uid = plan->cwd_uid, .gid = plan->cwd_gid};
    struct place place;
    if (plan->bundle != NULL && walk(root, plan->cwd, NULL, &place) == 0) {
        if (strncmp(place.path, "/proc/", 6) == 0) {
            /* Some runtimes have descriptors of the machine open when they enter it, and there it may be one of those. */
            errno = ELOOP;
            fail_to_change(plan->cwd);
        }
        if (is_to_come(place.path) || place.fd >= 0) {
            return place.fd;
        }
    }
    if (walk(root, plan->cwd, &making, &place) != 0) {
        fail_to_change(plan->cwd);
    }
    return place.fd;
}

/* So that a command without privileges can reopen its pipes by /dev/stdout and the like. */
void own_streams(uid_t uid, gid_t gid) {
    for (int fd = 0; fd < 3; fd++) {
        struct stat stat;
        if (uid != 0 && fstat(fd, &stat) == 0 && (S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode)) &&
            fchown(fd, uid, gid) != 0) {
            fail("chown", "standard streams");
        }
    }
}

void prepare_streams(const struct plan *plan, int terminal_master) {
    if (terminal_master >= 0) {
        take_terminal(terminal_master, plan->uid);
        return;
    }
    if (!plan->keep_stdin) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (null < 0 || dup2(null, STDIN_FILENO) < 0) {
            fail("open", "/dev/null");
        }
        close(null);
    }
    if (!has_users(plan)) {
        own_streams(plan->uid, plan->gid);
    }
}

static void wait_for_users(const int users[2]) {
    char byte;
    close(users[1]);
    if (read(users[0], &byte, 1) != 1) {
        _exit(SETUP_FAILED); /* the launcher has told why */
    }
}

/* By the bare call: libc's refuses the signals that it keeps for itself, which may come here ignored. */
void forget_signals(void) {
    static const unsigned long defaults[8]; /* the kernel's struct sigaction, of which no field is set */
    uint64_t none = 0;
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, defaults, NULL, sizeof none);
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
}

/* In a user namespace, what was mounted outside it can't be taken away, but nobody sees what is below. */
static void hide(const char *mount) {
    if (sys_umount(mount, MNT_DETACH) != 0 &&
        (errno != EINVAL || sys_mount("tmpfs", mount, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL) != 0)) {
        fail("umount", mount);
    }
}

/* What a runtime is given: the root, which stays where it is attached, and of the machine all but its other processes. */
static int prepare_bundle(const struct plan *plan) {
    if (sys_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        fail("mount", "proc on /proc");
    }
    for (size_t i = 0; i < plan->unseen.count; i++) {
        hide(plan->unseen.at[i]);
    }
    int bundle = open(plan->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (bundle < 0) {
        fail("open", plan->bundle);
    }
    return bundle;
}

_Noreturn void run_inside(struct plan *plan, int launcher, int terminal, bool born_in_cgroup, const int users[2]) {
    die_with(launcher);
    forget_signals();
    setsid();
    umask(022);
    join_cgroups(plan, born_in_cgroup);
    if (has_users(plan)) {
        wait_for_users(users);
        become_root_of_users();
    }
    bool plain = plan->plain_root != NULL;
    int root;
    int master = -1;
    if (plain) {
        root = open_plain_root(plan->plain_root);
    } else {
        prepare_namespaces(plan);
        if (!is_early(plan)) {
            prepare_sources(plan);
            plan->root_tree = mount_root(plan);
        }
        root = plan->root_tree;
        attach_root(plan, root);
        master = make_tree(plan, root);
    }
    /* Keys of the caller's session are not for the command. */
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    if (master >= 0) {
        send_descriptor(terminal, master);
    }
    int cwd = find_cwd(plan, root);
    if (plan->read_only_root) {
        make_root_read_only(root);
    }
    if (plain) {
        enter_plain_root(root);
    } else if (plan->bundle != NULL) {
        close(cwd);
        cwd = prepare_bundle(plan);
    } else {
        enter_root(root);
    }
    prepare_streams(plan, master);
    if (fchdir(cwd) != 0) {
        fail_to_change(plan->cwd);
    }
    sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    set_limits(plan);
    drop_privileges(plan);
    /* A change of identity took the death signal away. */
    die_with(launcher);
    become(plan);
}
