#include "fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"
#include "syscalls.h"

#define PAUSE_NANOS 500000L
#define MOST_PAUSES 60000

static struct {
    pid_t *at;
    size_t count;
} servers;

struct text {
    char *at;
    size_t length;
};

static void add(struct text *text, const char *word) {
    size_t length = strlen(word);
    text->at = must_allocate(text->at, text->length + length + 1);
    memcpy(text->at + text->length, word, length + 1);
    text->length += length;
}

/* By a descriptor that the server inherits: it is short, and has no character that options are separated by. */
static void add_directory(struct text *text, const char *key, const char *path) {
    char name[40];
    int fd = open(path, O_PATH | O_DIRECTORY);
    if (fd < 0) {
        fail("open", path);
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    add(text, key);
    add(text, name);
}

static char *options_of(const struct overlay *overlay) {
    struct text text = {NULL, 0};
    const char *separator = "lowerdir=";
    for (size_t i = 0; i < most_lowers(overlay); i++) {
        const char *lower = lower_of(overlay, i);
        if (lower != NULL) {
            add_directory(&text, separator, lower);
            separator = ":";
        }
    }
    if (!overlay->view) {
        add_directory(&text, ",upperdir=", overlay->layers->upper);
        add_directory(&text, ",workdir=", overlay->layers->work);
    }
    return text.at;
}

static _Noreturn void serve(const char *program, char *options, const char *at, pid_t parent, int log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(SETUP_FAILED);
    }
    setsid(); /* Ctrl-C is for the command */
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
        _exit(SETUP_FAILED);
    }
    signal(SIGPIPE, SIG_DFL);
    execv(program, (char *[]){(char *)program, "-f", "-o", options, (char *)at, NULL});
    perror(program);
    _exit(SETUP_FAILED);
}

static dev_t device_of(const char *path) {
    struct stat stat;
    if (lstat(path, &stat) != 0) {
        fail("stat", path);
    }
    return stat.st_dev;
}

/* What the server complained of, in one line. */
static _Noreturn void fail_with(int log, const char *program) {
    static char about[1024];
    size_t used = (size_t)snprintf(about, sizeof about, "%s: ", program);
    ssize_t got = pread(log, about + used, sizeof about - used - 1, 0);
    about[used + (size_t)(got > 0 ? got : 0)] = 0;
    for (char *at = about; *at != 0; at++) {
        *at = *at == '\n' ? ' ' : *at;
    }
    errno = EIO;
    fail("mount fuse-overlayfs", about);
}

static void await_mount(pid_t server, const char *at, dev_t before, int log, const char *program) {
    struct timespec pause = {.tv_nsec = PAUSE_NANOS};
    for (int i = 0; device_of(at) == before; i++) {
        if (waitpid(server, NULL, WNOHANG) != 0 || i == MOST_PAUSES) {
            fail_with(log, program);
        }
        nanosleep(&pause, NULL);
    }
}

static void close_inherited(const char *options) {
    for (const char *at = strstr(options, "/fd/"); at != NULL; at = strstr(at + 1, "/fd/")) {
        close(atoi(at + 4));
    }
}

int fuse_mount(const struct overlay *overlay) {
    char *options = options_of(overlay);
    const char *at = overlay->scratch;
    dev_t before = device_of(at);
    pid_t parent = getpid();
    int log = memfd_create("log", MFD_CLOEXEC);
    pid_t server = log < 0 ? -1 : fork();
    if (server < 0) {
        fail("fork", overlay->fuse);
    }
    if (server == 0) {
        serve(overlay->fuse, options, at, parent, log);
    }
    await_mount(server, at, before, log, overlay->fuse);
    servers.at = must_allocate(servers.at, (servers.count + 1) * sizeof *servers.at);
    servers.at[servers.count++] = server;
    int tree = sys_open_tree(AT_FDCWD, at, OPEN_TREE_CLONE);
    if (tree < 0) {
        fail("open_tree", at);
    }
    if (sys_umount(at, MNT_DETACH) != 0) {
        fail("umount", at);
    }
    close_inherited(options);
    free(options);
    close(log);
    return tree;
}

void await_servers(void) {
    for (size_t i = 0; i < servers.count; i++) {
        while (waitpid(servers.at[i], NULL, 0) < 0 && errno == EINTR) {
        }
    }
}
