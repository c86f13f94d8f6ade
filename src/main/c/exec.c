#include "exec.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define NOT_EXECUTABLE 126
#define NOT_FOUND 127

static void quote(const char *word, char *quoted, size_t room) {
    size_t used = 0;
    quoted[used++] = '"';
    for (; *word != 0 && used + 8 < room; word++) {
        unsigned char c = (unsigned char)*word;
        if (c == '"' || c == '\\') {
            quoted[used++] = '\\';
            quoted[used++] = (char)c;
        } else if (c < 32 || c == 127) {
            used += (size_t)snprintf(quoted + used, room - used, "\\x%02x", c);
        } else {
            quoted[used++] = (char)c;
        }
    }
    quoted[used++] = '"';
    quoted[used] = 0;
}

/* As the OCI runtimes write it: in lower case. */
static const char *reason(int error) {
    static char text[128];
    snprintf(text, sizeof text, "%s", strerror(error));
    text[0] = (char)tolower((unsigned char)text[0]);
    return text;
}

static int status_of(int error) {
    return error == ENOENT || error == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE;
}

static _Noreturn void fail_to_find(const char *name, const char *prefix, const char *why, int status) {
    char quoted[1024];
    char message[4096 + 2048];
    quote(name, quoted, sizeof quoted);
    snprintf(message, sizeof message, "exec: %s: %s%s", quoted, prefix, why);
    fail_to_exec(status, message);
}

/* 0 if the file can be executed by this process, else an error number. */
static int check(const char *path) {
    struct stat file;
    if (stat(path, &file) != 0) {
        return errno;
    }
    if (S_ISDIR(file.st_mode)) {
        return EISDIR;
    }
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static const char *value_of(const struct words *env, const char *name) {
    const char *value = NULL;
    size_t length = strlen(name);
    for (size_t i = 0; i < env->count; i++) {
        if (strncmp(env->at[i], name, length) == 0 && env->at[i][length] == '=') {
            value = env->at[i] + length + 1;
        }
    }
    return value;
}

static bool search(const char *name, const char *path, char found[PATH_MAX]) {
    while (path != NULL && *path != 0) {
        size_t length = strcspn(path, ":");
        int written = length == 0 ? snprintf(found, PATH_MAX, "./%s", name)
                                  : snprintf(found, PATH_MAX, "%.*s/%s", (int)length, path, name);
        if (written < PATH_MAX && check(found) == 0) {
            return true;
        }
        path += length;
        path += *path == ':';
    }
    return false;
}

_Noreturn void become(const struct plan *plan) {
    const char *name = plan->args.at[0];
    char found[PATH_MAX];
    static char *none[] = {NULL};
    if (strchr(name, '/') != NULL) {
        int error = check(name);
        if (error != 0) {
            char stat_of[PATH_MAX + 16] = "";
            if (error != EACCES && error != EISDIR) {
                snprintf(stat_of, sizeof stat_of, "stat %s: ", name);
            }
            fail_to_find(name, stat_of, reason(error), status_of(error));
        }
        snprintf(found, sizeof found, "%s", name);
    } else if (!search(name, value_of(&plan->env, "PATH"), found)) {
        fail_to_find(name, "", "executable file not found in $PATH", NOT_FOUND);
    }
    execve(found, plan->args.at, plan->env.count == 0 ? none : plan->env.at);
    int error = errno;
    char message[PATH_MAX + 160];
    snprintf(message, sizeof message, "exec %s: %s", found, reason(error));
    fail_to_exec(status_of(error), message);
}
