/* By processes of the machine, and namespaces. */
#include "attempts.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <dirent.h>
#include <stdlib.h>
#include <limits.h>
#include <unistd.h>

static int signal_prey(void) {
    return result(kill(prey.process, SIGCONT));
}

static int trace_prey(void) {
    int error = result(ptrace(PTRACE_SEIZE, prey.process, NULL, NULL));
    return error;
}

static int read_process(void) {
    char byte;
    struct iovec to = {&byte, 1};
    struct iovec from = {(void *)1, 1};
    return unless(process_vm_readv(prey.process, &to, 1, &from, 1, 0), EFAULT);
}

static int write_process(void) {
    char byte = 0;
    struct iovec from = {&byte, 1};
    struct iovec to = {(void *)1, 1};
    return unless(process_vm_writev(prey.process, &from, 1, &to, 1, 0), EFAULT);
}

static int take_descriptor(void) {
    int process = (int)syscall(SYS_pidfd_open, prey.process, 0);
    return process < 0 ? errno : result(syscall(SYS_pidfd_getfd, process, 1, 0));
}

static int compare_process(void) {
    return result(syscall(SYS_kcmp, getpid(), prey.process, KCMP_VM, 0, 0));
}

static int limit_process(void) {
    struct rlimit limit;
    return result(prlimit(prey.process, RLIMIT_CORE, NULL, &limit));
}

static int slow_process(void) {
    return result(setpriority(PRIO_PROCESS, (id_t)prey.process, 0));
}

static int pin_process(void) {
    cpu_set_t all;
    sched_getaffinity(0, sizeof all, &all);
    return result(sched_setaffinity(prey.process, sizeof all, &all));
}

/* Whether a process can be seen that isn't of the container: a kernel thread, or the first of the machine. */
static int see_kernel_threads(void) {
    char name[64] = "";
    int file = open("/proc/2/comm", O_RDONLY);
    if (file < 0 || read(file, name, sizeof name - 1) < 0) {
        return errno;
    }
    return strcmp(name, "kthreadd\n") == 0 ? 0 : ENOENT;
}

static int join(const char *path) {
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    return namespace < 0 ? errno : result(setns(namespace, 0));
}

static int join_mounts_of_first(void) {
    return join("/proc/1/ns/mnt");
}

static int join_network_of_first(void) {
    return join("/proc/1/ns/net");
}

static int join_mounts_of_prey(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", prey.process);
    return join(path);
}

static int unshare_users(void) {
    return result(unshare(CLONE_NEWUSER));
}

static int unshare_mounts(void) {
    return result(unshare(CLONE_NEWNS));
}

static int unshare_network(void) {
    return result(unshare(CLONE_NEWNET));
}

static int unshare_cgroups(void) {
    return result(unshare(0x02000000 /* CLONE_NEWCGROUP */));
}

static int clone_with(unsigned long flags) {
    long pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        _exit(0);
    }
    int error = result(pid);
    waitpid((pid_t)pid, NULL, 0);
    return error;
}

static int clone_users(void) {
    return clone_with(CLONE_NEWUSER);
}

static int clone_processes(void) {
    return clone_with(CLONE_NEWPID);
}

static int newer_clone_users(void) {
    struct clone_args how = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        _exit(0);
    }
    return result(pid);
}

/* ---- control groups */

/* Looks for a file of control groups that takes processes. */
static int join_any_group(const char *directory, int depth) {
    DIR *entries = opendir(directory);
    int held = ENOENT;
    if (entries == NULL) {
        return errno;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL && held != 0; entry = readdir(entries)) {
        char path[PATH_MAX];
        int error = ENOENT;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' && depth > 0) {
            error = join_any_group(path, depth - 1);
        } else if (strcmp(entry->d_name, "cgroup.procs") == 0) {
            int file = open(path, O_WRONLY | O_CLOEXEC);
            error = file < 0 ? errno : result(write(file, "0", 1));
            close(file);
        }
        held = error == ENOENT ? held : error;
    }
    closedir(entries);
    return held;
}

static int join_group(void) {
    return join_any_group("/sys/fs/cgroup", 2);
}

static int make_group(void) {
    static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified",
                                        "/sys/fs/cgroup/pids"};
    int held = ENOENT;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/jbuild-escape", roots[i]);
        int error = result(mkdir(path, 0700));
        if (error == 0) {
            rmdir(path);
            return 0;
        }
        held = error == ENOENT ? held : error;
    }
    return held;
}

static int raise_memory_limit(void) {
    static const char *const limits[] = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max",
                                         "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max",
                                         "/sys/fs/cgroup/memory/memory.swappiness"};
    int held = ENOENT;
    for (size_t i = 0; i < sizeof limits / sizeof *limits && held != 0; i++) {
        int file = open(limits[i], O_WRONLY);
        int error = file < 0 ? errno : 0;
        close(file);
        held = error == ENOENT ? held : error;
    }
    return held;
}

const struct attempt process_attempts[] = {{"signal-host-process", signal_prey, CHROOT, 0},
                                           {"trace-host-process", trace_prey, CHROOT, 0},
                                           {"read-host-process", read_process, CHROOT, 0},
                                           {"write-host-process", write_process, CHROOT, 0},
                                           {"pidfd-getfd-of-host", take_descriptor, CHROOT, 0},
                                           {"kcmp-with-host", compare_process, CHROOT, 0},
                                           {"limits-of-host-process", limit_process, CHROOT, 0},
                                           {"priority-of-host-process", slow_process, CHROOT, 0},
                                           {"affinity-of-host-process", pin_process, CHROOT, 0},
                                           {"see-kernel-threads", see_kernel_threads, CHROOT, 0},
                                           {"setns-own-mounts", join_mounts_of_first, CHROOT, 0},
                                           {"setns-own-network", join_network_of_first, CHROOT, 0},
                                           {"setns-host-mounts", join_mounts_of_prey, CHROOT, 0},
                                           {"unshare-users", unshare_users, PLAIN, 0},
                                           {"unshare-mounts", unshare_mounts, CHROOT, 0},
                                           {"unshare-network", unshare_network, CHROOT, 0},
                                           {"unshare-cgroups", unshare_cgroups, CHROOT, 0},
                                           {"clone-users", clone_users, PLAIN, 0},
                                           {"clone-processes", clone_processes, CHROOT, 0},
                                           {"clone3-users", newer_clone_users, PLAIN, 0},
                                           {"join-cgroup", join_group, CHROOT, 0},
                                           {"make-cgroup", make_group, CHROOT, 0},
                                           {"raise-cgroup-limit", raise_memory_limit, CHROOT, 0},
                                           {NULL, NULL, CHROOT, 0}};
