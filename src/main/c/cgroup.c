#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"
#include "users.h"

static int open_cgroup(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail("open cgroup", path);
    }
    return fd;
}

static int load_filter(const struct code *code) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uintptr_t)code->at;
    attributes.insn_cnt = (uint32_t)(code->length / sizeof(struct bpf_insn));
    attributes.license = (uintptr_t) "";
    return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
}

void filter_devices(struct plan *plan) {
    if (plan->device_filter.length == 0 || plan->cgroup_directory == NULL) {
        return;
    }
    int program = load_filter(&plan->device_filter);
    if (program < 0) {
        return;
    }
    int cgroup = open_cgroup(plan->cgroup_directory);
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    plan->root_devices = syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes) == 0;
    close(cgroup);
    close(program);
}

void keep_from_devices(struct plan *plan) {
    if (plan->filter_required && !plan->root_devices) {
        fail("filter devices", plan->cgroup_directory == NULL ? "" : plan->cgroup_directory);
    }
    bool machine = !plan->user_xattr && !has_users(plan) && plan->plain_root == NULL;
    if (plan->bundle != NULL) {
        /* A runtime makes nodes itself, and the command gets what its configuration says. */
        if (plan->device_filter.length > 0 && !plan->root_devices) {
            fail("filter devices", plan->cgroup_directory);
        }
        return;
    }
    if (machine && !plan->root_devices) {
        plan->capabilities &= ~(1ULL << CAP_MKNOD);
    }
}

pid_t start_in_cgroup(const struct plan *plan, unsigned long flags, int *pidfd) {
    if (plan->cgroup_directory == NULL) {
        errno = ENOSYS;
        return -1;
    }
    int cgroup = open_cgroup(plan->cgroup_directory);
    struct clone_args arguments = {.flags = flags | CLONE_PIDFD | CLONE_INTO_CGROUP,
                                   .pidfd = (uintptr_t)pidfd,
                                   .exit_signal = SIGCHLD,
                                   .cgroup = (uint64_t)cgroup};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid != 0) {
        int error = errno;
        close(cgroup);
        /* Older kernels and filters of system calls refuse in many ways. */
        errno = error == EAGAIN || error == ENOMEM || error == ENOSPC ? error : ENOSYS;
    }
    return pid;
}

static void join(const char *file) {
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1) {
        fail("join cgroup", file);
    }
    close(fd);
}

void enter_groups(const struct plan *plan, bool born_there) {
    for (size_t i = 0; i < plan->cgroups.count; i++) {
        join(plan->cgroups.at[i]);
    }
    if (plan->cgroup_directory != NULL && !born_there) {
        char *file = NULL;
        if (asprintf(&file, "%s/cgroup.procs", plan->cgroup_directory) < 0) {
            fail("malloc", plan->cgroup_directory);
        }
        join(file);
        free(file);
    }
}

void join_cgroups(const struct plan *plan, bool born_there) {
    enter_groups(plan, born_there);
    /* The root of a cgroup namespace is where the process is at this moment. */
    bool own = plan->plain_root == NULL && plan->bundle == NULL;
    if (own && unshare(CLONE_NEWCGROUP) != 0 && errno != EINVAL) {
        fail("unshare", "cgroup namespace");
    }
}
