/*
 * faults ERRNO KIND PREFIX FIRST COUNT REPORT COMMAND...
 *
 * Runs a command, of whose system calls on files below PREFIX some fail: the FIRST one and the COUNT-1 next ones, of KIND r
 * (that read), w (that write) or a (all). No program notices how: a supervisor answers in the kernel's place (seccomp user
 * notification). REPORT gets how many there were, how many failed, and which was the first of these.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What tells the file: a descriptor, or the descriptor of a directory and a path. */
struct call {
    int number;
    const char *name;
    bool writes;
    int fd;   /* which argument, or -1 for the current directory */
    int path; /* which argument, or -1 for none */
};

static const struct call calls[] = {
    {__NR_read, "read", false, 0, -1},
    {__NR_pread64, "pread64", false, 0, -1},
    {__NR_readv, "readv", false, 0, -1},
    {__NR_getdents64, "getdents64", false, 0, -1},
    {__NR_write, "write", true, 0, -1},
    {__NR_pwrite64, "pwrite64", true, 0, -1},
    {__NR_writev, "writev", true, 0, -1},
    {__NR_fsync, "fsync", true, 0, -1},
    {__NR_fdatasync, "fdatasync", true, 0, -1},
    {__NR_syncfs, "syncfs", true, 0, -1},
    {__NR_ftruncate, "ftruncate", true, 0, -1},
    {__NR_fallocate, "fallocate", true, 0, -1},
    {__NR_copy_file_range, "copy_file_range", true, 2, -1},
    {__NR_openat, "openat", false, 0, 1},
    {__NR_openat2, "openat2", false, 0, 1},
    {__NR_mkdirat, "mkdirat", true, 0, 1},
    {__NR_mknodat, "mknodat", true, 0, 1},
    {__NR_symlinkat, "symlinkat", true, 1, 2},
    {__NR_linkat, "linkat", true, 2, 3},
    {__NR_renameat, "renameat", true, 2, 3},
    {__NR_renameat2, "renameat2", true, 2, 3},
    {__NR_unlinkat, "unlinkat", true, 0, 1},
#ifdef __NR_open
    {__NR_open, "open", false, -1, 0},
    {__NR_mkdir, "mkdir", true, -1, 0},
    {__NR_symlink, "symlink", true, -1, 1},
    {__NR_link, "link", true, -1, 1},
    {__NR_rename, "rename", true, -1, 1},
    {__NR_unlink, "unlink", true, -1, 0},
    {__NR_rmdir, "rmdir", true, -1, 0},
#endif
};
enum { CALLS = sizeof calls / sizeof *calls };

static void check(bool good, const char *what) {
    if (!good) {
        perror(what);
        exit(99);
    }
}

/* Sends the listener by sendmsg, which isn't listened to. */
static void send_listener(int to, int listener) {
    char byte = 0;
    struct iovec data = {&byte, 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), &listener, sizeof listener);
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    check(sendmsg(to, &message, 0) == 1, "sendmsg");
}

static int receive_listener(int from) {
    char byte;
    struct iovec data = {&byte, 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    check(recvmsg(from, &message, 0) == 1, "recvmsg");
    int listener;
    memcpy(&listener, CMSG_DATA(&control.header), sizeof listener);
    return listener;
}

static int listen_to_calls(void) {
    struct sock_filter filter[CALLS + 3];
    size_t length = 0;
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < CALLS; i++) {
        filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, CALLS - i, 0);
    }
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = {length, filter};
    int listener = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    check(listener >= 0, "seccomp");
    return listener;
}

static bool link_of(const struct seccomp_notif *request, const char *what, int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, fd < 0 ? "/proc/%d/%s" : "/proc/%d/%s/%d", request->pid, what, fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length > 0;
}

static bool path_of(const struct seccomp_notif *request, const struct call *call, char path[PATH_MAX]) {
    int fd = call->fd < 0 ? AT_FDCWD : (int)request->data.args[call->fd];
    if (call->path < 0) {
        return link_of(request, "fd", fd, path);
    }
    char name[PATH_MAX] = "";
    struct iovec here = {name, sizeof name - 1};
    struct iovec there = {(void *)request->data.args[call->path], sizeof name - 1};
    /* As much as there is up to the end of the mapping. */
    ssize_t got = process_vm_readv(request->pid, &here, 1, &there, 1, 0);
    for (size_t page = 4096 - (request->data.args[call->path] & 4095); got < 0 && page > 0; page = 0) {
        there.iov_len = here.iov_len = page < sizeof name - 1 ? page : sizeof name - 1;
        got = process_vm_readv(request->pid, &here, 1, &there, 1, 0);
    }
    if (got <= 0) {
        return false;
    }
    if (name[0] == '/') {
        strcpy(path, name);
        return true;
    }
    bool known = fd == AT_FDCWD ? link_of(request, "cwd", -1, path) : link_of(request, "fd", fd, path);
    size_t length = strlen(path);
    snprintf(path + length, PATH_MAX - length, "/%s", name);
    return known;
}

static bool writes(const struct seccomp_notif *request, const struct call *call) {
    bool opens = strcmp(call->name, "openat") == 0 || strcmp(call->name, "open") == 0;
    return call->writes || (opens && (request->data.args[call->path + 1] & O_CREAT) != 0);
}

int main(int count, char **words) {
    if (count < 8) {
        fprintf(stderr, "usage: faults ERRNO r|w|a PREFIX FIRST COUNT REPORT COMMAND...\n");
        return 2;
    }
    int error = atoi(words[1]);
    char kind = words[2][0];
    const char *prefix = words[3];
    long first = atol(words[4]);
    long last = first + atol(words[5]) - 1;
    int pair[2];
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int listener = listen_to_calls();
        send_listener(pair[1], listener);
        fcntl(listener, F_SETFD, FD_CLOEXEC);
        execvp(words[7], words + 7);
        check(false, words[7]);
    }
    int listener = receive_listener(pair[0]);
    long seen = 0;
    long failed = 0;
    char told[PATH_MAX + 64] = "";
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        struct pollfd ready = {listener, POLLIN, 0};
        if (poll(&ready, 1, 20) <= 0 || (ready.revents & POLLIN) == 0) {
            continue;
        }
        struct seccomp_notif request = {0};
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) {
            continue;
        }
        const struct call *call = calls;
        while (call->number != request.data.nr) {
            call++;
        }
        char path[PATH_MAX];
        bool counts = path_of(&request, call, path) && strncmp(path, prefix, strlen(prefix)) == 0
                      && (kind == 'a' || (kind == 'w') == writes(&request, call));
        seen += counts ? 1 : 0;
        bool fails = counts && seen >= first && seen <= last;
        if (fails && failed++ == 0) {
            snprintf(told, sizeof told, "%s %s", call->name, path);
        }
        struct seccomp_notif_resp response = {
            .id = request.id,
            .error = fails ? -error : 0,
            .flags = fails ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE,
        };
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
    FILE *report = fopen(words[6], "w");
    check(report != NULL, words[6]);
    fprintf(report, "%ld %ld %s\n", seen, failed, told);
    fclose(report);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
