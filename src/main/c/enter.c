#include "enter.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "syscalls.h"

#define OUTCOME "JBUILD_ENTERED"
#define SUBORDINATE_UIDS "/etc/subuid"
#define SUBORDINATE_GIDS "/etc/subgid"
/* The kernel takes 340 extents; one of them is for the user's own id. */
#define MAX_RANGES 64
/* The last id is none. */
#define END_OF_IDS 0xFFFFFFFFULL

struct range {
    unsigned long long start;
    unsigned long long count;
};

struct ranges {
    struct range at[MAX_RANGES];
    size_t count;
};

/* Who asks, as the files of subordinate ids name them: the name is empty if no file says it. */
struct user {
    uid_t uid;
    gid_t gid;
    char name[256];
};

/* Why something can't be had. */
struct reason {
    char text[600];
};

static bool refuse(struct reason *reason, const char *format, ...) {
    va_list words;
    va_start(words, format);
    vsnprintf(reason->text, sizeof reason->text, format, words);
    va_end(words);
    return false;
}

static bool refuse_call(struct reason *reason, const char *call, int error) {
    return refuse(reason, "%s: errno %d, %s", call, error, strerror(error));
}

/* Static programs can't ask a directory service: whom only that knows can be named by uid in the files. */
static void find_user(struct user *user) {
    user->uid = geteuid();
    user->gid = getegid();
    user->name[0] = 0;
    FILE *users = fopen("/etc/passwd", "re");
    struct passwd *entry;
    while (users != NULL && (entry = fgetpwent(users)) != NULL) {
        if (entry->pw_uid == user->uid) {
            snprintf(user->name, sizeof user->name, "%s", entry->pw_name);
            break;
        }
    }
    if (users != NULL) {
        fclose(users);
    }
}

static bool is_of(const char *owner, const struct user *user) {
    char number[16];
    snprintf(number, sizeof number, "%u", user->uid);
    return strcmp(owner, number) == 0 || (user->name[0] != 0 && strcmp(owner, user->name) == 0);
}

/* A line is owner:start:count. Ids beyond the last one that a namespace can have are left out. */
static void add_range(struct ranges *ranges, char *line, const struct user *user, unsigned long long *next) {
    char *owner = strsep(&line, ":");
    char *end = NULL;
    unsigned long long start = line == NULL ? 0 : strtoull(line, &end, 10);
    if (line == NULL || end == line || *end != ':' || !is_of(owner, user) || ranges->count == MAX_RANGES) {
        return;
    }
    unsigned long long count = strtoull(end + 1, NULL, 10);
    if (count == 0 || start >= END_OF_IDS || count > END_OF_IDS - start) {
        return;
    }
    count = count < END_OF_IDS - *next ? count : END_OF_IDS - *next;
    if (count > 0) {
        ranges->at[ranges->count++] = (struct range){.start = start, .count = count};
        *next += count;
    }
}

static bool read_ranges(const char *path, const struct user *user, struct ranges *ranges, struct reason *reason) {
    char line[512];
    unsigned long long next = 1;
    FILE *file = fopen(path, "re");
    ranges->count = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        add_range(ranges, line, user, &next);
    }
    if (file != NULL) {
        fclose(file);
    }
    return ranges->count > 0 || refuse(reason, "%s has no range for %s%s%u%s", path, user->name,
                                       user->name[0] == 0 ? "" : " (", user->uid, user->name[0] == 0 ? "" : ")");
}

/* What a program says goes into the reason, as one line. */
static bool run(char **arguments, struct reason *reason) {
    int ends[2];
    int status = 0;
    char said[400];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return refuse_call(reason, "pipe", errno);
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        execvp(arguments[0], arguments);
        dprintf(STDERR_FILENO, "%s", errno == ENOENT ? "it is not installed" : strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    size_t length = 0;
    for (;;) {
        ssize_t got = read(ends[0], said + length, sizeof said - 1 - length);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        length += got > 0 ? (size_t)got : 0;
    }
    close(ends[0]);
    said[length] = 0;
    said[strcspn(said, "\n")] = 0;
    if (pid < 0) {
        return refuse_call(reason, "fork", errno);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status == 0 || refuse(reason, "%s failed: %s", arguments[0], said);
}

/* `program` is newuidmap or newgidmap: the user's own id becomes 0, the others follow. */
static bool map_by_program(const char *program, pid_t of, unsigned own, const struct ranges *ranges,
                           struct reason *reason) {
    static char words[3 * (MAX_RANGES + 1) + 2][24];
    char *arguments[sizeof words / sizeof *words + 1];
    size_t count = 0;
    unsigned long long next = 1;
    snprintf(words[count++], sizeof *words, "%s", program);
    snprintf(words[count++], sizeof *words, "%d", of);
    snprintf(words[count++], sizeof *words, "0");
    snprintf(words[count++], sizeof *words, "%u", own);
    snprintf(words[count++], sizeof *words, "1");
    for (size_t i = 0; i < ranges->count; i++) {
        snprintf(words[count++], sizeof *words, "%llu", next);
        snprintf(words[count++], sizeof *words, "%llu", ranges->at[i].start);
        snprintf(words[count++], sizeof *words, "%llu", ranges->at[i].count);
        next += ranges->at[i].count;
    }
    for (size_t i = 0; i < count; i++) {
        arguments[i] = words[i];
    }
    arguments[count] = NULL;
    return run(arguments, reason);
}

static bool map_ranges(pid_t of, const struct user *user, struct reason *reason) {
    struct ranges uids;
    struct ranges gids;
    return read_ranges(SUBORDINATE_UIDS, user, &uids, reason) && read_ranges(SUBORDINATE_GIDS, user, &gids, reason) &&
           map_by_program("newuidmap", of, user->uid, &uids, reason) &&
           map_by_program("newgidmap", of, user->gid, &gids, reason);
}

static bool write_proc(pid_t of, const char *name, const char *text, struct reason *reason) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", of, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t written = file < 0 ? -1 : write(file, text, strlen(text));
    int error = errno;
    close(file);
    return written > 0 || refuse_call(reason, name, error);
}

static bool map_single(pid_t of, const struct user *user, struct reason *reason) {
    char uids[32];
    char gids[32];
    snprintf(uids, sizeof uids, "0 %u 1", user->uid);
    snprintf(gids, sizeof gids, "0 %u 1", user->gid);
    return write_proc(of, "setgroups", "deny", reason) && write_proc(of, "uid_map", uids, reason) &&
           write_proc(of, "gid_map", gids, reason);
}

/* Makes the namespace, and when it is mapped tries whether it gives privileges: a security module may withhold them. */
static _Noreturn void be_first(int talk) {
    int error = unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
    char byte;
    if (write(talk, &error, sizeof error) != sizeof error || read(talk, &byte, 1) != 1) {
        _exit(1);
    }
    error = unshare(CLONE_NEWNS) == 0 ? 0 : errno;
    if (write(talk, &error, sizeof error) == sizeof error) {
        (void)!read(talk, &byte, 1);
    }
    _exit(0);
}

/* What a child's call came to: 0 or errno. */
static int hear(int talk) {
    int error = ECHILD;
    return read(talk, &error, sizeof error) == sizeof error ? error : ECHILD;
}

static bool join(pid_t first, struct reason *reason) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", first);
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWUSER) != 0) {
        return refuse_call(reason, "setns", errno);
    }
    close(namespace);
    if (unshare(CLONE_NEWNS) != 0 || sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) {
        return refuse_call(reason, "unshare of mounts", errno);
    }
    return true;
}

typedef bool mapper(pid_t of, const struct user *user, struct reason *reason);

static bool settle(pid_t first, int talk, const struct user *user, mapper *map, struct reason *reason) {
    int error = hear(talk);
    if (error != 0) {
        return refuse_call(reason, "unshare of users", error);
    }
    if (!map(first, user, reason)) {
        return false;
    }
    error = write(talk, "", 1) == 1 ? hear(talk) : errno;
    if (error != 0) {
        return refuse_call(reason, "unshare of mounts in a user namespace", error);
    }
    return join(first, reason);
}

/*
 * A namespace that is mapped badly can't be mapped again, and a process that is in it can't go back: another process
 * makes it, and this one joins it when it is good.
 */
static bool make(const struct user *user, mapper *map, struct reason *reason) {
    int talk[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk) != 0) {
        return refuse_call(reason, "socketpair", errno);
    }
    pid_t first = fork();
    if (first == 0) {
        close(talk[0]);
        be_first(talk[1]);
    }
    close(talk[1]);
    bool made = first > 0 ? settle(first, talk[0], user, map, reason) : refuse_call(reason, "fork", errno);
    close(talk[0]);
    while (first > 0 && waitpid(first, NULL, 0) < 0 && errno == EINTR) {
    }
    return made;
}

static void tell(const char *word, const struct reason *reason) {
    char text[sizeof reason->text + 16];
    snprintf(text, sizeof text, "%s %s", word, reason->text);
    setenv(OUTCOME, text, 1);
}

int enter(char **command) {
    struct user user;
    struct reason fewer = {.text = ""};
    struct reason none = {.text = ""};
    unsetenv(OUTCOME);
    find_user(&user);
    if (user.uid != 0) {
        signal(SIGPIPE, SIG_IGN);
        if (make(&user, map_ranges, &fewer)) {
            setenv(OUTCOME, "ranges", 1);
        } else if (make(&user, map_single, &none)) {
            tell("single", &fewer);
        } else {
            tell("nothing", &none);
        }
        signal(SIGPIPE, SIG_DFL);
    }
    execvp(command[0], command);
    fprintf(stderr, "jbuild-sandbox: %s: %s\n", command[0], strerror(errno));
    return SETUP_FAILED;
}
