#include "network.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"
#include "inside.h"
#include "report.h"
#include "syscalls.h"

#define PATIENCE_SECONDS 10
#define NAMESPACE "/proc/self/ns/net"

/* What the helper said last. */
struct words_of_helper {
    char text[512];
    size_t length;
};

void bring_loopback_up(void) {
    struct ifreq request = {.ifr_flags = 0};
    strcpy(request.ifr_name, "lo");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return; /* no IPv4 */
    }
    if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags |= IFF_UP | IFF_RUNNING;
        if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) {
            fail("set flags of", "lo");
        }
    }
    close(fd);
}

void join_network(const char *path, unsigned long inode) {
    struct stat stat;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &stat) != 0) {
        fail("open", path);
    }
    /* The process that the path names may be another one by now. */
    if (stat.st_ino != inode) {
        errno = ESTALE;
        fail("enter network", path);
    }
    if (setns(fd, CLONE_NEWNET) != 0) {
        fail("enter network", path);
    }
    close(fd);
}

static void name_namespace(const char *directory) {
    if (sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        sys_mount("none", directory, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,mode=755") != 0) {
        fail("mount", directory);
    }
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s/net", directory) >= (int)sizeof name) {
        errno = ENAMETOOLONG;
        fail("name", directory);
    }
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0) {
        fail("create", name);
    }
    close(fd);
    if (sys_mount(NAMESPACE, name, NULL, MS_BIND, NULL) != 0) {
        fail("bind", name);
    }
}

/*
 * What it prints comes back by `output`. It begins when `start` is closed: it stays in the network of the host, where its
 * connections to the outside are made, while this process goes on to another one. No user namespace may send it back.
 */
static pid_t prepare_helper(char **helper, bool bridge, int *output, int *start) {
    int ends[2];
    int gate[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || pipe2(gate, O_CLOEXEC) != 0) {
        fail("pipe", "");
    }
    pid_t pid = fork();
    if (pid < 0) {
        fail("fork", "");
    }
    if (pid == 0) {
        char byte;
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        if (null < 0 || dup2(null, STDIN_FILENO) < 0) {
            fail("open", "/dev/null");
        }
        close(gate[1]);
        while (read(gate[0], &byte, 1) < 0 && errno == EINTR) {
        }
        if (bridge) {
            exit(keep_bridge(helper));
        }
        execv(helper[0], helper);
        fail("execute", helper[0]);
    }
    close(ends[1]);
    close(gate[0]);
    *output = ends[0];
    *start = gate[1];
    return pid;
}

/* Whether a route leads everywhere: its second word is the destination. */
static bool is_default(const char *line) {
    return strncmp(line + strcspn(line, "\t"), "\t00000000\t", 10) == 0;
}

/* Its first words are the destination and its length, its last one the interface; that of loopback only refuses. */
static bool is_default6(const char *line) {
    return strncmp(line, "00000000000000000000000000000000 00 ", 36) == 0 && strstr(line, " lo\n") == NULL;
}

static bool has(const char *table, bool (*is_wanted)(const char *line)) {
    char line[256];
    bool found = false;
    FILE *routes = fopen(table, "re");
    while (routes != NULL && !found && fgets(line, sizeof line, routes) != NULL) {
        found = is_wanted(line);
    }
    if (routes != NULL) {
        fclose(routes);
    }
    return found;
}

/* A bridge has a route before the machine lets anything through it. */
static bool is_ready(bool bridge, const struct words_of_helper *words) {
    if (bridge) {
        return strstr(words->text, BRIDGE_READY) != NULL;
    }
    return has("/proc/self/net/route", is_default) || has("/proc/self/net/ipv6_route", is_default6);
}

/* Keeps the end of it; returns false at its end. */
static bool listen_to_helper(int output, struct words_of_helper *words) {
    char bytes[512];
    ssize_t got = read(output, bytes, sizeof bytes);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    size_t kept = sizeof words->text - 1 - (size_t)got > words->length ? words->length : 0;
    size_t room = sizeof words->text - 1 - kept;
    size_t taken = (size_t)got < room ? (size_t)got : room;
    memcpy(words->text + kept, bytes + (size_t)got - taken, taken);
    words->length = kept + taken;
    words->text[words->length] = 0;
    return true;
}

/* As one line. */
static int say_failed(const struct words_of_helper *words, const char *otherwise) {
    printf("failed ");
    const char *text = words->length > 0 ? words->text : otherwise;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            printf("; ");
        } else {
            putchar(iscntrl((unsigned char)text[i]) ? '?' : text[i]);
        }
    }
    printf("\n");
    fflush(stdout);
    return 1;
}

static void say_ready(void) {
    struct stat stat;
    char pid[32];
    /* The number that those know who see the same /proc, not the one of the own namespace. */
    ssize_t length = readlink("/proc/self", pid, sizeof pid - 1);
    if (length <= 0 || fstatat(AT_FDCWD, NAMESPACE, &stat, 0) != 0) {
        fail("read", "/proc/self");
    }
    pid[length] = 0;
    printf("ready %s %lu\n", pid, (unsigned long)stat.st_ino);
    fflush(stdout);
}

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* Lets it undo what it has done to the machine. */
static void await_end(pid_t helper, int output) {
    struct words_of_helper words = {.length = 0};
    time_t end = now() + PATIENCE_SECONDS;
    struct pollfd watched = {.fd = output, .events = POLLIN};
    kill(helper, SIGTERM);
    while (now() <= end) {
        poll(&watched, 1, 1000);
        if (watched.revents != 0 && !listen_to_helper(output, &words)) {
            return;
        }
    }
}

/* Until standard input or the helper ends. */
static int watch(int output, bool bridge) {
    struct words_of_helper words = {.length = 0};
    bool ready = false;
    time_t end = now() + PATIENCE_SECONDS;
    for (;;) {
        struct pollfd watched[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = output, .events = POLLIN}};
        poll(watched, 2, ready ? -1 : 1);
        if (watched[0].revents != 0) {
            return 0;
        }
        if (watched[1].revents != 0 && !listen_to_helper(output, &words)) {
            return ready ? 1 : say_failed(&words, "it ended");
        }
        if (!ready && is_ready(bridge, &words)) {
            ready = true;
            say_ready();
        }
        if (!ready && now() > end) {
            return say_failed(&words, "it made no route to the outside in time");
        }
    }
}

int hold_network(const char *directory, char **helper, bool bridge) {
    int self = sys_pidfd_open(getpid());
    setsid();
    /* With a namespace of processes, of which it is the first one: whatever the helper started ends with it. */
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid < 0) {
        fail("clone", "namespaces");
    }
    int status;
    if (pid == 0) {
        int output;
        int start;
        die_with(self);
        pid_t running = prepare_helper(helper, bridge, &output, &start);
        if (unshare(CLONE_NEWNET) != 0) {
            fail("unshare", "network");
        }
        bring_loopback_up();
        name_namespace(directory);
        close(start);
        status = watch(output, bridge);
        if (bridge) {
            await_end(running, output);
        }
        _exit(status);
    }
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            fail("wait", "");
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : SETUP_FAILED;
}
