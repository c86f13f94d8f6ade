#include "outside.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "detach.h"
#include "fuse.h"
#include "inside.h"
#include "network.h"
#include "report.h"
#include "syscalls.h"
#include "terminal.h"
#include "tree.h"
#include "users.h"

static volatile sig_atomic_t child_pidfd = -1;
static volatile sig_atomic_t stopping;

static void kill_child(int signal) {
    (void)signal;
    stopping = 1;
    if (child_pidfd >= 0) {
        sys_pidfd_send_signal(child_pidfd, SIGKILL);
    }
}

static void on(int signal, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigaction(signal, &action, NULL);
}

static void prepare_signals(const struct plan *plan) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    on(SIGTERM, kill_child);
    on(SIGHUP, kill_child);
    on(SIGINT, plan->terminal ? SIG_IGN : kill_child);
    on(SIGQUIT, plan->terminal ? SIG_IGN : kill_child);
    on(SIGPIPE, SIG_IGN);
    on(SIGCHLD, SIG_DFL);
    on(SIGTTOU, SIG_IGN);
    if (!plan->terminal) {
        /* Ctrl-C is the caller's to answer. */
        setsid();
    }
}

static void die_with_parent(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (parent != 0 && getppid() != parent) {
        _exit(SETUP_FAILED);
    }
}

/*
 * A process that does nothing but outlive this one if it is killed, to kill the command then: the command's own
 * parent-death signal is lost when it executes a program that changes identity. As it runs the same program, it also keeps
 * that file from being opened for writing (through /proc/<pid>/exe) as long as anything of the command is alive.
 */
static pid_t start_guardian(int child, int *lifeline) {
    int ends[2];
    if (pipe(ends) != 0) {
        fail("pipe", "");
    }
    pid_t pid = fork();
    if (pid < 0) {
        fail("fork", "");
    }
    if (pid == 0) {
        char byte;
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        dup2(ends[0], 0);
        dup2(child, 1);
        sys_close_range(2, ~0U, 0);
        while (read(0, &byte, 1) < 0 && errno == EINTR) {
        }
        struct pollfd dead = {.fd = 1, .events = POLLIN};
        sys_pidfd_send_signal(1, SIGKILL);
        poll(&dead, 1, 10000);
        _exit(0);
    }
    close(ends[0]);
    *lifeline = ends[1];
    return pid;
}

/* All that only root of the machine may do is done before there is a namespace in which it is nobody. */
static void prepare_for_users(struct plan *plan) {
    choose_users(plan);
    own_streams(plan->users.first_user + plan->uid, plan->users.first_group + plan->gid);
    prepare_sources(plan);
    plan->root_tree = mount_root(plan);
    if (plan->network != NULL) {
        join_network(plan->network, plan->network_inode);
        plan->network = NULL;
    }
}

/* Servers of overlays are none of the command's processes, and what they open is in none of its directories. */
static void prepare_served(struct plan *plan) {
    if (unshare(CLONE_NEWNS) != 0 || sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail("unshare", "mounts");
    }
    prepare_sources(plan);
    plan->root_tree = mount_root(plan);
}

/* The command has them: they are to be gone when it is. */
static void forget_served(struct plan *plan) {
    for (size_t i = 0; i < plan->op_count; i++) {
        if (has_source(&plan->ops[i])) {
            close(plan->ops[i].tree);
        }
    }
    close(plan->root_tree);
}

static pid_t start(struct plan *plan, int terminal) {
    unsigned long flags = plan->plain_root != NULL ? 0 : CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    int launcher = sys_pidfd_open(getpid());
    int pidfd = -1;
    int users[2] = {-1, -1};
    if (plan->own_network) {
        flags |= CLONE_NEWNET;
    }
    if (has_users(plan)) {
        prepare_for_users(plan);
        flags |= CLONE_NEWUSER;
        if (pipe2(users, O_CLOEXEC) != 0) {
            fail("pipe", "");
        }
    } else if (is_early(plan)) {
        prepare_served(plan);
    }
    pid_t pid = start_in_cgroup(plan, flags, &pidfd);
    bool born_in_cgroup = pid >= 0;
    if (pid < 0 && errno == ENOSYS) {
        pid = (pid_t)syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL, NULL);
    }
    if (pid < 0) {
        fail("clone", "namespaces");
    }
    if (pid == 0) {
        run_inside(plan, launcher, terminal, born_in_cgroup, users);
    }
    if (launcher >= 0) {
        close(launcher);
    }
    if (plan->fuse != NULL) {
        forget_served(plan);
    }
    child_pidfd = pidfd;
    if (stopping) {
        kill_child(SIGTERM);
    }
    if (has_users(plan)) {
        give_users(plan, pid);
        if (write(users[1], "", 1) != 1) {
            fail("write", "pipe");
        }
        close(users[0]);
        close(users[1]);
    }
    return pid;
}

static pid_t parent_of(const char *pid) {
    char path[300];
    char text[512];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    text[length < 0 ? 0 : length] = 0;
    /* The name, in parentheses, may hold anything. */
    const char *rest = strrchr(text, ')');
    int parent = -1;
    return rest != NULL && sscanf(rest, ") %*c %d", &parent) == 1 ? parent : -1;
}

static void kill_children(void) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) {
        fail("open", "/proc");
    }
    for (struct dirent *process = readdir(processes); process != NULL; process = readdir(processes)) {
        if (isdigit((unsigned char)process->d_name[0]) && parent_of(process->d_name) == getpid()) {
            kill((pid_t)atoi(process->d_name), SIGKILL);
        }
    }
    closedir(processes);
}

/*
 * Without a namespace of processes of its own, what a command leaves running outlives it. Each of them becomes a child of
 * this process when it has lost its parent.
 */
static void end_descendants(void) {
    while (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD) {
        kill_children();
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) {
            return;
        }
    }
}

static long long micros(const struct timeval *time) {
    return time->tv_sec * 1000000LL + time->tv_usec;
}

static void report_end(int status, const struct rusage *usage) {
    char fields[7][24];
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    snprintf(fields[0], sizeof fields[0], "%d", signal != 0 ? 128 + signal : WEXITSTATUS(status));
    snprintf(fields[1], sizeof fields[1], "%d", signal);
    snprintf(fields[2], sizeof fields[2], "%lld", micros(&usage->ru_utime));
    snprintf(fields[3], sizeof fields[3], "%lld", micros(&usage->ru_stime));
    snprintf(fields[4], sizeof fields[4], "%lld", usage->ru_maxrss * 1024LL);
    snprintf(fields[5], sizeof fields[5], "%lld", usage->ru_inblock * 512LL);
    snprintf(fields[6], sizeof fields[6], "%lld", usage->ru_oublock * 512LL);
    report("exit", 7, fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
}

static void dismiss(pid_t guardian, int lifeline) {
    kill(guardian, SIGKILL);
    close(lifeline);
    while (waitpid(guardian, NULL, 0) < 0 && errno == EINTR) {
    }
}

int run_outside(struct plan *plan) {
    int sockets[2] = {-1, -1};
    if (plan->container == NULL) {
        die_with_parent(plan->parent);
    }
    prepare_signals(plan);
    if (plan->terminal && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        fail("socketpair", "");
    }
    filter_devices(plan);
    keep_from_devices(plan);
    if (plan->plain_root != NULL) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    }
    pid_t child = start(plan, sockets[1]);
    int lifeline;
    pid_t guardian = start_guardian(child_pidfd, &lifeline);
    int master = -1;
    if (plan->terminal) {
        close(sockets[1]);
        master = receive_descriptor(sockets[0]);
    }
    if (plan->container != NULL) {
        tend(plan, child, child_pidfd, master);
    } else if (master >= 0) {
        serve_terminal(master, child_pidfd, plan->keep_stdin);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            fail("wait4", "");
        }
    }
    dismiss(guardian, lifeline);
    await_servers();
    if (plan->plain_root != NULL) {
        end_descendants();
    }
    report_end(status, &usage);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
