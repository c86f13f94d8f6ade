#include "bridge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "syscalls.h"

#define NUMBER '\1'

/* The descriptor stays open: the number is held until this process ends, however it does. Returns -1 if all are taken. */
static int take_number(const char *directory, int count) {
    char path[PATH_MAX];
    for (int number = 0; number < count; number++) {
        snprintf(path, sizeof path, "%s/%d", directory, number);
        int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            fail("open", path);
        }
        if (flock(file, LOCK_EX | LOCK_NB) == 0) {
            return number;
        }
        if (errno != EWOULDBLOCK) {
            fail("lock", path);
        }
        close(file);
    }
    return -1;
}

static int temporary_file(const char *name) {
    int file = memfd_create(name, MFD_CLOEXEC);
    if (file < 0) {
        fail("create", name);
    }
    return file;
}

static int input_of(const char *text, int number) {
    int file = temporary_file("input");
    for (; *text != 0; text++) {
        if (*text == NUMBER ? dprintf(file, "%d", number) < 0 : write(file, text, 1) != 1) {
            fail("write", "input");
        }
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

static void execute(char **words, int input, int output) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) {
        _exit(SETUP_FAILED);
    }
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    while (**words != '/' && strchr(*words, '=') != NULL) {
        putenv(*words++);
    }
    execv(words[0], words);
    dprintf(STDERR_FILENO, "%s: %s\n", words[0], strerror(errno));
    _exit(SETUP_FAILED);
}

static void print(int file) {
    char bytes[512];
    ssize_t got;
    lseek(file, 0, SEEK_SET);
    while ((got = read(file, bytes, sizeof bytes)) > 0) {
        if (write(STDOUT_FILENO, bytes, (size_t)got) != got) {
            return;
        }
    }
}

/* Programs look which rules there are before they make some, so that one would undo what another is doing. */
static int take_turn(const char *directory) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/turn", directory);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        fail("open", path);
    }
    while (flock(file, LOCK_EX) != 0) {
        if (errno != EINTR) {
            fail("lock", path);
        }
    }
    return file;
}

/* The input comes first. Returns whether it succeeded; what a call printed that did not is printed. */
static bool call(char **words, const char *directory, int number) {
    int turn = take_turn(directory);
    int input = input_of(words[0], number);
    int output = temporary_file("output");
    int status = -1;
    pid_t pid = fork();
    if (pid < 0) {
        fail("fork", "");
    }
    if (pid == 0) {
        execute(words + 1, input, output);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    bool succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!succeeded) {
        print(output);
    }
    close(input);
    close(output);
    close(turn);
    return succeeded;
}

static bool is_kind(const char *word) {
    return word == NULL || strcmp(word, "+") == 0 || strcmp(word, "-") == 0;
}

/* Ends each call where the next one begins, and returns the first; *words is set to what follows. */
static char **next_call(char ***words, char *kind) {
    char **first = *words;
    if (*first == NULL) {
        return NULL;
    }
    *kind = **first;
    *first++ = NULL;
    for (*words = first; !is_kind(**words); (*words)++) {
    }
    return first;
}

/* Programs look for their own threads under the numbers that they have here. */
static void show_own_processes(void) {
    if (unshare(CLONE_NEWNS) != 0 || sys_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        fail("mount", "/proc");
    }
}

#define MOST_CALLS 16

/* Undoes as much as can be undone. */
static void undo(char **calls[], int count, const char *directory, int number) {
    for (int i = 0; i < count; i++) {
        call(calls[i], directory, number);
    }
}

/* CNI plugins never do. It has no ports left: theirs went with the namespace's end of them. */
static void remove_bridge(const char *name, int number) {
    struct ifreq request = {.ifr_flags = 0};
    int socket_of_links = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s%d", name, number);
    if (socket_of_links >= 0 && ioctl(socket_of_links, SIOCSIFFLAGS, &request) == 0) {
        ioctl(socket_of_links, SIOCBRDELBR, request.ifr_name);
    }
    close(socket_of_links);
}

int keep_bridge(char **arguments) {
    char **joining[MOST_CALLS];
    char **leaving[MOST_CALLS];
    int joins = 0;
    int leaves = 0;
    char kind;
    char **next;
    char **words = arguments + 3;
    sigset_t end;
    int signal;

    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigprocmask(SIG_BLOCK, &end, NULL);
    while ((next = next_call(&words, &kind)) != NULL && joins < MOST_CALLS && leaves < MOST_CALLS) {
        if (kind == '+') {
            joining[joins++] = next;
        } else {
            leaving[leaves++] = next;
        }
    }
    int number = take_number(arguments[0], atoi(arguments[1]));
    if (number < 0) {
        printf("all %s bridges are in use\n", arguments[1]);
        return 1;
    }
    show_own_processes();
    for (int i = 0; i < joins; i++) {
        if (!call(joining[i], arguments[0], number)) {
            int silent = open("/dev/null", O_WRONLY | O_CLOEXEC);
            dup2(silent, STDOUT_FILENO);
            undo(leaving, leaves, arguments[0], number);
            remove_bridge(arguments[2], number);
            return 1;
        }
    }
    dprintf(STDOUT_FILENO, BRIDGE_READY "\n");
    sigwait(&end, &signal);
    undo(leaving, leaves, arguments[0], number);
    remove_bridge(arguments[2], number);
    return 0;
}
