#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes for a few short records. */
#define STATUS_ROOM 4096

static int status_file = -1;

static void write_fully(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        bytes += written;
        length -= (size_t)written;
    }
}

void report_to(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        fail("open", path);
    }
    /* The command may fill the disk: how it ended must still find room. */
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, STATUS_ROOM) != 0 && errno == ENOSPC) {
        fail("write", path);
    }
    status_file = fd;
}

void report(const char *kind, int count, ...) {
    char record[16384];
    size_t used = 0;
    const char *field = kind;
    va_list fields;
    va_start(fields, count);
    for (int i = 0; i <= count; i++) {
        size_t length = strnlen(field, sizeof record - used - 1);
        memcpy(record + used, field, length);
        used += length;
        record[used++] = 0;
        if (i == count || used + 1 >= sizeof record) {
            break;
        }
        field = va_arg(fields, const char *);
    }
    va_end(fields);
    write_fully(status_file, record, used);
}

bool has_reported(void) {
    struct stat stat;
    return fstat(status_file, &stat) == 0 && stat.st_size > 0;
}

_Noreturn void fail(const char *call, const char *about) {
    char number[16];
    int error = errno;
    if (status_file < 0) {
        fprintf(stderr, "jbuild-sandbox: %s %s: %s\n", call, about, strerror(error));
        _exit(SETUP_FAILED);
    }
    snprintf(number, sizeof number, "%d", error);
    report("setup", 4, call, number, strerror(error), about);
    _exit(SETUP_FAILED);
}

_Noreturn void fail_to_exec(int status, const char *message) {
    char number[16];
    snprintf(number, sizeof number, "%d", status);
    report("exec", 2, number, message);
    _exit(status);
}

void *must_allocate(void *old, unsigned long size) {
    void *memory = realloc(old, size);
    if (memory == NULL) {
        fail("malloc", "");
    }
    return memory;
}
