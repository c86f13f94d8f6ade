#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOST_LINKS 40

struct way {
    int root;
    const struct making *making;
    struct place *place;
    char todo[2 * PATH_MAX];
    int links;
};

static void stand_at(struct place *place, int fd, bool directory) {
    if (place->fd >= 0) {
        close(place->fd);
    }
    place->fd = fd;
    place->directory = directory;
}

static int start(struct way *way) {
    int fd = openat(way->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    stand_at(way->place, fd, true);
    way->place->path[0] = 0;
    way->place->known = 0;
    return 0;
}

/* Takes the next name off what is to do; names are at most NAME_MAX long. */
static int next(struct way *way, char *name, bool *last) {
    char *from = way->todo + strspn(way->todo, "/");
    size_t length = strcspn(from, "/");
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, from, length);
    name[length] = 0;
    from += length;
    from += strspn(from, "/");
    *last = *from == 0;
    memmove(way->todo, from, strlen(from) + 1);
    return 0;
}

static int append(struct place *place, const char *name) {
    size_t length = strlen(place->path);
    if (length + strlen(name) + 2 > sizeof place->path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    place->path[length] = '/';
    strcpy(place->path + length + 1, name);
    return 0;
}

/* Goes to the parent by walking down again: its path has no symlinks any more. */
static int up(struct way *way) {
    struct place *place = way->place;
    char path[PATH_MAX];
    char *slash = strrchr(place->path, '/');
    if (slash == NULL) {
        return 0;
    }
    *slash = 0;
    if (place->fd < 0 && strlen(place->path) > place->known) {
        return 0;
    }
    strcpy(path, place->path);
    if (start(way) != 0) {
        return -1;
    }
    for (char *rest = path, *name = strsep(&rest, "/"); name != NULL; name = strsep(&rest, "/")) {
        if (*name == 0) {
            continue;
        }
        int fd = openat(place->fd, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || append(place, name) != 0) {
            return -1;
        }
        stand_at(place, fd, true);
    }
    return 0;
}

/*
 * Whether a link is one of those of /proc that are doors and not paths, such as /proc/self/fd/3. What they say is how this
 * machine calls a thing, and to be taken for no path of the root. The others there are relative.
 */
static bool leads_out(int link, const char *target) {
    struct statfs of;
    return fstatfs(link, &of) == 0 && of.f_type == PROC_SUPER_MAGIC && (target[0] == '/' || strchr(target, ':') != NULL);
}

static int follow(struct way *way, int link) {
    char target[PATH_MAX];
    ssize_t length = readlinkat(link, "", target, sizeof target - 1);
    if (length < 0) {
        return -1;
    }
    target[length] = 0;
    if (leads_out(link, target)) {
        errno = ELOOP;
        return -1;
    }
    if (++way->links > MOST_LINKS) {
        errno = ELOOP;
        return -1;
    }
    size_t rest = strlen(way->todo);
    if ((size_t)length + 1 + rest + 1 > sizeof way->todo) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memmove(way->todo + length + 1, way->todo, rest + 1);
    memcpy(way->todo, target, (size_t)length);
    way->todo[length] = '/';
    return target[0] == '/' ? start(way) : 0;
}

static int make(const struct way *way, const char *name, bool last) {
    int in = way->place->fd;
    if (last && !way->making->directory) {
        int file = openat(in, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (file < 0 && errno != EEXIST) {
            return -1;
        }
        close(file);
    } else if (mkdirat(in, name, 0755) != 0) {
        if (errno != EEXIST) {
            return -1;
        }
    } else if (fchownat(in, name, way->making->uid, way->making->gid, AT_SYMLINK_NOFOLLOW) != 0) {
        return -1;
    }
    return openat(in, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static int enter(struct way *way, const char *name, bool last) {
    struct place *place = way->place;
    int fd = openat(place->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && way->making != NULL) {
        fd = make(way, name, last);
    }
    if (fd < 0) {
        if (errno != ENOENT) {
            return -1;
        }
        stand_at(place, -1, false);
        place->known = strlen(place->path);
        return append(place, name);
    }
    struct stat stat;
    if (fstat(fd, &stat) == 0 && S_ISLNK(stat.st_mode)) {
        int result = follow(way, fd);
        close(fd);
        return result;
    }
    if (append(place, name) != 0) {
        close(fd);
        return -1;
    }
    stand_at(place, fd, S_ISDIR(stat.st_mode));
    return 0;
}

static int step(struct way *way, const char *name, bool last) {
    if (name[0] == 0 || strcmp(name, ".") == 0) {
        return 0;
    }
    if (strcmp(name, "..") == 0) {
        return up(way);
    }
    return way->place->fd < 0 ? append(way->place, name) : enter(way, name, last);
}

static int go(int root, const char *path, const struct making *making, struct place *place) {
    struct way way = {.root = root, .making = making, .place = place};
    char name[NAME_MAX + 1];
    bool last;
    place->fd = -1;
    if (strlen(path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(way.todo, path);
    if (start(&way) != 0) {
        return -1;
    }
    while (way.todo[0] != 0) {
        if (next(&way, name, &last) != 0 || step(&way, name, last) != 0) {
            int error = errno;
            stand_at(place, -1, false);
            errno = error;
            return -1;
        }
    }
    return 0;
}

int walk(int root, const char *path, const struct making *making, struct place *place) {
    char resolved[PATH_MAX];
    int result = go(root, path, NULL, place);
    if (result != 0 || place->fd >= 0 || making == NULL) {
        return result;
    }
    /* Only where the path leads is made, not what it passes and leaves again by "..". */
    strcpy(resolved, place->path);
    return go(root, resolved, making, place);
}
