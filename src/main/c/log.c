#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

/* Room for a line's head. */
#define HEAD 64

static int file = -1;

struct lines {
    char text[1 << 16];
    size_t length;
};

void open_log(const char *path) {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        fail("open", path);
    }
}

/* On a full disk the rest is lost: the command must not wait for room. */
static void flush(struct lines *lines) {
    for (size_t done = 0; done < lines->length;) {
        ssize_t written = write(file, lines->text + done, lines->length - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        done += (size_t)written;
    }
    lines->length = 0;
}

static void add(struct lines *lines, const char *text, size_t length) {
    memcpy(lines->text + lines->length, text, length);
    lines->length += length;
}

static void write_time(char stamp[HEAD]) {
    struct timespec now;
    struct tm day;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &day);
    size_t length = strftime(stamp, HEAD, "%Y-%m-%dT%H:%M:%S", &day);
    snprintf(stamp + length, HEAD - length, ".%09ldZ", now.tv_nsec);
}

static void add_lines(const char *stream, const char *bytes, size_t length) {
    static struct lines lines;
    char stamp[HEAD];
    write_time(stamp);
    while (length > 0) {
        const char *feed = memchr(bytes, '\n', length);
        size_t text = feed == NULL ? length : (size_t)(feed - bytes);
        if (lines.length + HEAD + text > sizeof lines.text) {
            flush(&lines);
        }
        lines.length += (size_t)snprintf(lines.text + lines.length, HEAD, "%s %s %c ", stamp, stream, feed == NULL ? 'P' : 'F');
        add(&lines, bytes, text);
        add(&lines, "\n", 1);
        text += feed != NULL;
        bytes += text;
        length -= text;
    }
    flush(&lines);
}

bool log_from(int fd, const char *stream) {
    char bytes[16384];
    ssize_t got;
    do {
        got = read(fd, bytes, sizeof bytes);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        add_lines(stream, bytes, (size_t)got);
    }
    return got > 0;
}
