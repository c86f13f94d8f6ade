/* By getting more privileges than were given. */
#include "attempts.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

/* One that containers don't have and root of a machine does. */
#define WANTED CAP_SYS_ADMIN

static int raise_own(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    data[0].effective = data[0].permitted = 1U << WANTED;
    return result(syscall(SYS_capset, &header, data));
}

static int raise_ambient(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    syscall(SYS_capget, &header, data);
    data[0].inheritable |= 1U << WANTED;
    if (syscall(SYS_capset, &header, data) != 0) {
        return errno;
    }
    return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, WANTED, 0, 0));
}

static int copy_self(const char *path, mode_t mode) {
    char bytes[65536];
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    ssize_t length;
    while (to >= 0 && (length = read(from, bytes, sizeof bytes)) > 0) {
        if (write(to, bytes, (size_t)length) != length) {
            return errno;
        }
    }
    int error = to < 0 ? errno : result(fchmod(to, mode));
    close(to);
    close(from);
    return error;
}

/* Executes a file and tells whether the wanted privilege came with it. */
static int execute(const char *path, uid_t user) {
    char number[8];
    snprintf(number, sizeof number, "%d", WANTED);
    int status = 0;
    int talk[2];
    if (pipe2(talk, O_CLOEXEC) != 0) {
        return errno;
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (user != 0 && setresuid(user, user, user) != 0) {
            _exit(1);
        }
        execl(path, path, "has", number, (char *)NULL);
        int error = errno;
        _exit(write(talk[1], &error, sizeof error) > 0 ? 1 : 2);
    }
    close(talk[1]);
    int error = EPERM;
    ssize_t failed = read(talk[0], &error, sizeof error);
    waitpid(pid, &status, 0);
    return failed == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : error;
}

/* A file that gives it, which only those with the right to give it away can make. */
static int file_capability(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/capable", spot());
    struct vfs_cap_data gives = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE};
    gives.data[0].permitted = 1U << WANTED;
    int error = copy_self(path, 0755);
    error = error != 0 ? error : result(setxattr(path, "security.capability", &gives, sizeof gives, 0));
    error = error != 0 ? error : execute(path, 0);
    unlink(path);
    return error;
}

static int set_user_id(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/setuid", spot());
    chmod(spot(), 0755);
    int error = copy_self(path, 04755);
    error = error != 0 ? error : execute(path, 1000);
    unlink(path);
    return error;
}

static int raise_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_max += 1;
    return result(setrlimit(RLIMIT_NOFILE, &limit));
}

static int niceness(void) {
    return result(setpriority(PRIO_PROCESS, 0, -19));
}

static int real_time(void) {
    struct sched_param priority = {.sched_priority = 1};
    return result(sched_setscheduler(0, SCHED_FIFO, &priority));
}

static int io_priority(void) {
    return result(syscall(SYS_ioprio_set, 1, 0, 1 << 13 /* of real time */));
}

static int out_of_memory_last(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    return file < 0 ? errno : result(write(file, "-1000", 5));
}

const struct attempt privilege_attempts[] = {{"capset", raise_own, CHROOT, 0},
                                             {"ambient-capability", raise_ambient, CHROOT, 0},
                                             {"file-capability", file_capability, CHROOT, 0},
                                             {"setuid-file", set_user_id, CHROOT, 0},
                                             {"raise-rlimit", raise_limit, CHROOT, CAP_SYS_RESOURCE},
                                             {"nice", niceness, CHROOT, 0},
                                             {"real-time", real_time, CHROOT, 0},
                                             {"io-priority", io_priority, CHROOT, 0},
                                             {"oom-score", out_of_memory_last, CHROOT, CAP_SYS_RESOURCE},
                                             {NULL, NULL, CHROOT, 0}};
