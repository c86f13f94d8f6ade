#include "join.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "credentials.h"
#include "exec.h"
#include "inside.h"
#include "report.h"
#include "syscalls.h"
#include "terminal.h"

/* What a call begins with. */
enum { SIGNAL = 's', PLAIN = 'p', TERMINAL = 't', DETACHED = 'd' };

static const char *const namespaces[] = {"user", "ipc", "uts", "net", "cgroup", "pid", "mnt"};
#define NAMESPACES (sizeof namespaces / sizeof *namespaces)
#define MOUNTS (NAMESPACES - 1)
#define PROCESSES (NAMESPACES - 2)
#define GROUPS (NAMESPACES - 3)

static void send_status(int connection, int status) {
    if (send(connection, &status, sizeof status, MSG_NOSIGNAL) != sizeof status) {
        return; /* nobody waits any more */
    }
}

static _Noreturn void serve_signal(int connection, int pidfd) {
    int number = 0;
    int error = 0;
    if (recv(connection, &number, sizeof number, MSG_WAITALL) != sizeof number ||
        sys_pidfd_send_signal(pidfd, number) != 0) {
        error = errno;
    }
    send_status(connection, error);
    _exit(0);
}

/* Those of the process that aren't those of this one; -1 for the others. */
static void open_namespaces(pid_t of, int opened[NAMESPACES]) {
    for (size_t i = 0; i < NAMESPACES; i++) {
        char path[64];
        struct stat own;
        struct stat other;
        snprintf(path, sizeof path, "/proc/self/ns/%s", namespaces[i]);
        bool known = stat(path, &own) == 0;
        snprintf(path, sizeof path, "/proc/%d/ns/%s", of, namespaces[i]);
        opened[i] = open(path, O_RDONLY | O_CLOEXEC);
        if (opened[i] >= 0 && known && fstat(opened[i], &other) == 0 && own.st_ino == other.st_ino) {
            close(opened[i]);
            opened[i] = -1;
        } else if (opened[i] < 0 && known) {
            fail("open", path);
        }
    }
}

static void enter_namespace(const int opened[NAMESPACES], size_t which) {
    if (opened[which] >= 0 && setns(opened[which], 0) != 0) {
        fail("enter namespace", namespaces[which]);
    }
}

static void take_streams(const struct plan *plan, int connection, const int streams[3]) {
    char path[32];
    if (plan->terminal) {
        int pts = open("/dev/pts", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (pts < 0) {
            fail("open", "/dev/pts");
        }
        int master = open_terminal(pts, path);
        send_descriptor(connection, master);
        prepare_streams(plan, master);
        return;
    }
    for (int fd = 0; fd < 3; fd++) {
        if (streams[fd] >= 0 && dup2(streams[fd], fd) < 0) {
            fail("dup2", "standard streams");
        }
    }
    prepare_streams(plan, -1);
}

static _Noreturn void run_joined(struct plan *plan, const int opened[NAMESPACES], int connection, const int streams[3]) {
    forget_signals();
    setsid();
    umask(022);
    for (size_t i = 0; i < GROUPS; i++) {
        enter_namespace(opened, i);
    }
    enter_namespace(opened, GROUPS);
    enter_namespace(opened, MOUNTS);
    syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL);
    take_streams(plan, connection, streams);
    sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (chdir(plan->cwd) != 0) {
        fail_to_change(plan->cwd);
    }
    set_limits(plan);
    drop_privileges(plan);
    become(plan);
}

/* Whether the command is executed, and not just about to fail. */
static bool awaits_execution(int gate) {
    char byte;
    while (read(gate, &byte, 1) < 0 && errno == EINTR) {
    }
    return !has_reported();
}

static _Noreturn void serve_exec(int connection, int how, const struct plan *container, pid_t command,
                                 const int streams[3]) {
    /* The list says of neither, as both are the container's. */
    static struct plan plan = {.scratch = "", .plain_root = ""};
    int opened[NAMESPACES];
    int gate[2];
    int status;
    read_plan(connection, &plan);
    plan.terminal = how == TERMINAL;
    plan.keep_stdin = plan.keep_stdin || how == DETACHED; /* its streams are this process's, which lead nowhere */
    /* What is in the container must not look into what joins it. */
    prctl(PR_SET_DUMPABLE, 0);
    open_namespaces(command, opened);
    if (pipe2(gate, O_CLOEXEC) != 0) {
        fail("pipe", "");
    }
    enter_namespace(opened, PROCESSES);
    pid_t child = fork();
    if (child < 0) {
        fail("fork", "");
    }
    if (child == 0) {
        enter_groups(container, false);
        run_joined(&plan, opened, connection, streams);
    }
    close(gate[1]);
    for (int fd = 0; fd < 3; fd++) {
        close(streams[fd]);
    }
    if (how == DETACHED && awaits_execution(gate[0])) {
        send_status(connection, 0);
        close(connection);
        connection = -1;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    send_status(connection, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    _exit(0);
}

union control {
    char bytes[CMSG_SPACE(3 * sizeof(int))];
    struct cmsghdr align;
};

static int receive_call(int connection, int streams[3]) {
    union control control;
    char how;
    struct iovec one = {&how, 1};
    struct msghdr message = {
        .msg_iov = &one, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do {
        got = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got != 1) {
        return 0;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(3 * sizeof(int))) {
        memcpy(streams, CMSG_DATA(header), 3 * sizeof(int));
    }
    return how;
}

static int keep(int fd, int at) {
    if (dup3(fd, at, O_CLOEXEC) < 0) {
        fail("dup3", "");
    }
    return at;
}

/* Keeps nothing of the monitor's but what the call needs; above those that come with it. */
static void settle(int *connection, int *pidfd) {
    int one = fcntl(*connection, F_DUPFD_CLOEXEC, 100);
    int other = fcntl(*pidfd, F_DUPFD_CLOEXEC, 100);
    *connection = keep(one, 3);
    *pidfd = keep(other, 4);
    sys_close_range(5, ~0U, 0);
    for (int number = 1; number < 32; number++) {
        if (number != SIGPIPE) {
            signal(number, SIG_DFL);
        }
    }
}

_Noreturn void serve_call(int connection, const struct plan *plan, pid_t command, int pidfd) {
    int streams[3] = {-1, -1, -1};
    settle(&connection, &pidfd);
    /* Of the container's own status file this is none of the business; the operations name another. */
    report_to("/dev/null");
    int how = receive_call(connection, streams);
    if (how == SIGNAL) {
        serve_signal(connection, pidfd);
    }
    if (how == DETACHED) {
        for (int i = 0; i < 3; i++) {
            close(streams[i]);
            streams[i] = -1;
        }
    }
    if (how == PLAIN || how == TERMINAL || how == DETACHED) {
        serve_exec(connection, how, plan, command, streams);
    }
    _exit(1);
}

static int connect_to(const char *directory) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control"};
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0 || chdir(directory) != 0 ||
        connect(connection, (struct sockaddr *)&address, sizeof address) != 0) {
        fprintf(stderr, "jbuild-sandbox: the container doesn't answer: %s\n", strerror(errno));
        _exit(SETUP_FAILED);
    }
    return connection;
}

static int read_status(int connection) {
    int status = SETUP_FAILED;
    ssize_t got;
    do {
        got = recv(connection, &status, sizeof status, MSG_WAITALL);
    } while (got < 0 && errno == EINTR);
    return got == sizeof status ? status : SETUP_FAILED;
}

int call_signal(const char *directory, const char *signal) {
    int number = atoi(signal);
    int connection = connect_to(directory);
    char how = SIGNAL;
    if (send(connection, &how, 1, MSG_NOSIGNAL) != 1 ||
        send(connection, &number, sizeof number, MSG_NOSIGNAL) != sizeof number) {
        return SETUP_FAILED;
    }
    int error = read_status(connection);
    return error == 0 ? 0 : SETUP_FAILED;
}

static void send_call(int connection, char how) {
    union control control = {0};
    int streams[3] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    struct iovec one = {&how, 1};
    struct msghdr message = {
        .msg_iov = &one, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof streams);
    memcpy(CMSG_DATA(header), streams, sizeof streams);
    if (sendmsg(connection, &message, MSG_NOSIGNAL) != 1) {
        fail("sendmsg", "streams");
    }
}

static void send_operations(int connection, int from) {
    char bytes[16384];
    for (;;) {
        ssize_t got = read(from, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        for (ssize_t done = 0; done < got;) {
            ssize_t sent = send(connection, bytes + done, (size_t)(got - done), MSG_NOSIGNAL);
            if (sent < 0 && errno != EINTR) {
                return; /* the answer tells */
            }
            done += sent > 0 ? sent : 0;
        }
    }
    shutdown(connection, SHUT_WR);
}

int call_exec(const char *directory, const char *how, int operations) {
    int connection = connect_to(directory);
    bool terminal = strcmp(how, "terminal") == 0;
    send_call(connection, terminal ? TERMINAL : strcmp(how, "detached") == 0 ? DETACHED : PLAIN);
    send_operations(connection, operations);
    if (terminal) {
        int master = receive_descriptor(connection);
        if (master < 0) {
            return read_status(connection);
        }
        serve_terminal(master, connection, operations != STDIN_FILENO);
    }
    return read_status(connection);
}
