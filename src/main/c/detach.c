#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "join.h"
#include "log.h"
#include "outside.h"
#include "remove.h"
#include "report.h"
#include "syscalls.h"

#define PATIENCE 250
#define PAUSE_NANOS 2000000L
#define BACKLOG 64

/* What the monitor holds. */
static struct {
    int ready;    /* whoever waits for the start reads the other end */
    int out;
    int err;
    int input;    /* keeps the command's standard input open */
    int gate[2];  /* its second end closes when the command is executed */
    int control;
    int network;  /* the holder of the network ends when this is closed */
    pid_t holder;
    pid_t *servers;
    size_t server_count;
    bool started;
} held = {.ready = -1, .out = -1, .err = -1, .input = -1, .gate = {-1, -1}, .control = -1, .network = -1};

static void forget(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void make_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail("pipe", "");
    }
}

static void put(int fd, int at) {
    if (dup2(fd, at) < 0) {
        fail("dup2", "standard streams");
    }
}

static void silence(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) {
        fail("open", "/dev/null");
    }
    for (int fd = 0; fd < 3; fd++) {
        put(null, fd);
    }
    close(null);
}

/* The name is relative, for the path of a socket must be short. */
static void listen_in(const char *directory) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control"};
    if (chdir(directory) != 0) {
        fail("chdir", directory);
    }
    held.control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (held.control < 0 || bind(held.control, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(held.control, BACKLOG) != 0) {
        fail("listen in", directory);
    }
    open_log("log");
    if (chdir("/") != 0) {
        fail("chdir", "/");
    }
}

static void make_streams(const struct plan *plan) {
    int ends[2];
    if (plan->terminal) {
        return;
    }
    make_pipe(ends);
    held.out = ends[0];
    put(ends[1], STDOUT_FILENO);
    close(ends[1]);
    make_pipe(ends);
    held.err = ends[0];
    put(ends[1], STDERR_FILENO);
    close(ends[1]);
    if (plan->keep_stdin) {
        make_pipe(ends);
        put(ends[0], STDIN_FILENO);
        close(ends[0]);
        held.input = ends[1];
    }
}

static void read_answer(int from, char *answer, size_t room) {
    size_t length = 0;
    while (length + 1 < room && memchr(answer, '\n', length) == NULL) {
        ssize_t got = read(from, answer + length, room - 1 - length);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        length += got > 0 ? (size_t)got : 0;
    }
    answer[length] = 0;
    answer[strcspn(answer, "\n")] = 0;
}

/* The network of the container ends with this process, whose end of a pipe its holder watches. */
static void start_holder(struct plan *plan) {
    int input[2];
    int output[2];
    static char answer[1024];
    static char path[64];
    int pid;
    if (plan->holder.count == 0) {
        return;
    }
    make_pipe(input);
    make_pipe(output);
    held.holder = fork();
    if (held.holder < 0) {
        fail("fork", "");
    }
    if (held.holder == 0) {
        put(input[0], STDIN_FILENO);
        put(output[1], STDOUT_FILENO);
        put(output[1], STDERR_FILENO);
        execv("/proc/self/exe", plan->holder.at);
        _exit(SETUP_FAILED);
    }
    close(input[0]);
    close(output[1]);
    held.network = input[1];
    read_answer(output[0], answer, sizeof answer);
    close(output[0]);
    if (sscanf(answer, "ready %d %lu", &pid, &plan->network_inode) != 2) {
        errno = ENETUNREACH;
        fail("start network", answer);
    }
    snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
    plan->network = path;
}

/* In clock ticks since the machine was started; 0 if there is no such process. */
static unsigned long long start_of(pid_t pid) {
    char path[64];
    char text[1024];
    unsigned long long start = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    text[length < 0 ? 0 : length] = 0;
    /* The name, in parentheses, may hold anything. */
    const char *rest = strrchr(text, ')');
    if (rest != NULL) {
        sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &start);
    }
    return start;
}

static void write_now(char text[40]) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, 40, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
}

static void report_start(pid_t command) {
    char fields[4][24];
    char time[40];
    snprintf(fields[0], sizeof fields[0], "%d", getpid());
    snprintf(fields[1], sizeof fields[1], "%llu", start_of(getpid()));
    snprintf(fields[2], sizeof fields[2], "%d", command);
    snprintf(fields[3], sizeof fields[3], "%llu", start_of(command));
    write_now(time);
    report("started", 5, fields[0], fields[1], fields[2], fields[3], time);
}

/* The command was executed if nothing was reported by the time its end of the gate closed. */
static bool is_executed(void) {
    char byte;
    forget(&held.gate[1]);
    while (read(held.gate[0], &byte, 1) < 0 && errno == EINTR) {
    }
    forget(&held.gate[0]);
    return !has_reported();
}

static void reap_servers(int options) {
    size_t left = 0;
    for (size_t i = 0; i < held.server_count; i++) {
        pid_t got;
        do {
            got = waitpid(held.servers[i], NULL, options);
        } while (got < 0 && errno == EINTR);
        if (got == 0) {
            held.servers[left++] = held.servers[i];
        }
    }
    held.server_count = left;
}

static void answer_call(const struct plan *plan, pid_t command, int pidfd) {
    int connection = accept4(held.control, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
        return;
    }
    pid_t server = fork();
    if (server == 0) {
        serve_call(connection, plan, command, pidfd);
    }
    close(connection);
    if (server > 0) {
        held.servers = must_allocate(held.servers, (held.server_count + 1) * sizeof *held.servers);
        held.servers[held.server_count++] = server;
    }
}

static void drain(int fd, const char *stream) {
    if (fd >= 0) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        while (log_from(fd, stream)) {
        }
    }
}

static void on_child(int signal) {
    (void)signal; /* it only interrupts */
}

void tend(const struct plan *plan, pid_t command, int pidfd, int terminal) {
    struct sigaction action = {.sa_handler = on_child};
    silence();
    if (terminal >= 0) {
        held.out = terminal;
    }
    if (!is_executed()) {
        return;
    }
    sigaction(SIGCHLD, &action, NULL);
    held.started = true;
    report_start(command);
    if (write(held.ready, "", 1) != 1) {
        forget(&held.ready); /* nobody waits any more */
    }
    forget(&held.ready);
    for (;;) {
        struct pollfd wait[] = {{.fd = held.out, .events = POLLIN},
                                {.fd = held.err, .events = POLLIN},
                                {.fd = pidfd, .events = POLLIN},
                                {.fd = held.control, .events = POLLIN}};
        int ready = poll(wait, 4, -1);
        reap_servers(WNOHANG);
        if (ready < 0) {
            continue;
        }
        if (wait[0].revents != 0 && !log_from(held.out, "stdout")) {
            /* A terminal that nobody has open at the moment may be opened again. */
            if (terminal < 0 || wait[2].revents != 0) {
                forget(&held.out);
            } else {
                poll(&wait[2], 1, 50);
            }
        }
        if (wait[1].revents != 0 && !log_from(held.err, "stderr")) {
            forget(&held.err);
        }
        if (wait[2].revents != 0) {
            break;
        }
        if (wait[3].revents != 0) {
            answer_call(plan, command, pidfd);
        }
    }
    forget(&held.control);
    drain(held.out, "stdout");
    drain(held.err, "stderr");
}

static long out_of_memory_kills(const char *directory, const char *name) {
    char path[PATH_MAX];
    char line[128];
    long kills = 0;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "oom_kill %ld", &kills);
    }
    if (file != NULL) {
        fclose(file);
    }
    return kills;
}

/* The last process may still be on its way out of the group. */
static void remove_group(const char *directory) {
    struct timespec pause = {.tv_nsec = PAUSE_NANOS};
    for (int i = 0; i < PATIENCE && rmdir(directory) != 0 && errno == EBUSY; i++) {
        nanosleep(&pause, NULL);
    }
}

/* Returns how many processes were killed for want of memory. */
static long remove_groups(const struct plan *plan) {
    long kills = 0;
    for (size_t i = 0; i < plan->cgroups.count; i++) {
        char *directory = plan->cgroups.at[i];
        *strrchr(directory, '/') = 0; /* the name of the file that it is joined by */
        kills += out_of_memory_kills(directory, "memory.oom_control");
        remove_group(directory);
    }
    if (plan->cgroup_directory != NULL) {
        kills += out_of_memory_kills(plan->cgroup_directory, "memory.events");
        remove_group(plan->cgroup_directory);
    }
    return kills;
}

static void end_holder(void) {
    if (held.network >= 0) {
        forget(&held.network);
        while (waitpid(held.holder, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

static void clean_up(const struct plan *plan) {
    char path[PATH_MAX];
    char time[40];
    char kills[24];
    reap_servers(0);
    end_holder();
    snprintf(kills, sizeof kills, "%ld", remove_groups(plan));
    snprintf(path, sizeof path, "%s/control", plan->container);
    unlink(path);
    if (!held.started) {
        return; /* whoever waits for the start takes the files away */
    }
    write_now(time);
    report("ended", 2, time, kills);
    if (plan->remove) {
        /* By another name from now on, for no one is to find half of it. */
        snprintf(path, sizeof path, "%s.gone", plan->container);
        remove_tree(rename(plan->container, path) == 0 ? path : plan->container);
    }
}

static int monitor(struct plan *plan) {
    setsid();
    umask(077);
    silence();
    listen_in(plan->container);
    start_holder(plan);
    make_pipe(held.gate);
    make_streams(plan);
    int status = run_outside(plan);
    clean_up(plan);
    return status;
}

int detach(struct plan *plan) {
    int ends[2];
    char byte;
    ssize_t got;
    make_pipe(ends);
    pid_t pid = fork();
    if (pid < 0) {
        fail("fork", "");
    }
    if (pid == 0) {
        close(ends[0]);
        held.ready = ends[1];
        _exit(monitor(plan));
    }
    close(ends[1]);
    do {
        got = read(ends[0], &byte, 1);
    } while (got < 0 && errno == EINTR);
    int status = 0;
    while (got != 1 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : SETUP_FAILED;
}
