#include "remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper trees are left to those who come later: every level takes a descriptor. */
#define DEEPEST 500

static void remove_entry(int directory, const char *name, int depth);

static void remove_content(int directory, int depth) {
    DIR *entries = fdopendir(directory);
    if (entries == NULL) {
        close(directory);
        return;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            remove_entry(dirfd(entries), entry->d_name, depth + 1);
        }
    }
    closedir(entries);
}

static void remove_entry(int directory, const char *name, int depth) {
    if (unlinkat(directory, name, 0) == 0 || errno != EISDIR || depth > DEEPEST) {
        return;
    }
    int inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) {
        remove_content(inner, depth);
    }
    unlinkat(directory, name, AT_REMOVEDIR);
}

void remove_tree(const char *path) {
    remove_entry(AT_FDCWD, path, 0);
}
