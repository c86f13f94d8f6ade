#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "syscalls.h"
#include "users.h"

static int result(int returned) {
    return returned == 0 ? 0 : errno;
}

static int unshare_mounts(void) {
    return result(unshare(CLONE_NEWNS));
}

static int unshare_processes(void) {
    return result(unshare(CLONE_NEWPID));
}

static int unshare_messages(void) {
    return result(unshare(CLONE_NEWIPC));
}

static int unshare_names(void) {
    return result(unshare(CLONE_NEWUTS));
}

static int unshare_network(void) {
    return result(unshare(CLONE_NEWNET));
}

static int unshare_cgroups(void) {
    return result(unshare(CLONE_NEWCGROUP));
}

/* An errno, as what a child found out. */
static int end_of(pid_t child) {
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child < 0 ? errno : WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static int own_mounts(void) {
    return unshare(CLONE_NEWNS) != 0 || sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ? errno : 0;
}

/* The kernel shows a new one to those only who see all of the old one. */
static int mount_proc(void) {
    int error = own_mounts();
    if (error != 0 || unshare(CLONE_NEWPID) != 0 || mkdir("proc", 0700) != 0) {
        return error != 0 ? error : errno;
    }
    pid_t child = fork();
    if (child == 0) {
        _exit(result(sys_mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)));
    }
    return end_of(child);
}

static int make_file(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int error = file < 0 ? errno : 0;
    close(file);
    return error;
}

/* With a deletion, which needs the marks that the file system of the directory has to take. */
static int mount_overlay(const char *lower, const char *more) {
    static const char *const parts[] = {"", "/lower", "/upper", "/work", "/all"};
    char path[64];
    char options[256];
    int error = own_mounts();
    for (size_t i = 0; error == 0 && i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "%s%s", lower, parts[i]);
        error = result(mkdir(path, 0700));
    }
    snprintf(path, sizeof path, "%s/lower/file", lower);
    if (error != 0 || (error = make_file(path)) != 0 || chdir(lower) != 0) {
        return error != 0 ? error : errno;
    }
    snprintf(options, sizeof options, "lowerdir=lower,upperdir=upper,workdir=work%s", more);
    return sys_mount("overlay", "all", "overlay", 0, options) != 0 ? errno : result(unlink("all/file"));
}

static int mount_overlay_of_root(void) {
    return mount_overlay("o", "");
}

static int mount_overlay_of_user(void) {
    return mount_overlay("u", ",userxattr");
}

static int make_whiteout(void) {
    return result(mknod("whiteout", S_IFCHR | 0600, makedev(0, 0)));
}

static int make_device(void) {
    return result(mknod("null", S_IFCHR | 0600, makedev(1, 3)));
}

static int change_root(void) {
    return result(chroot("."));
}

static int give_away(void) {
    int error = make_file("given");
    return error != 0 ? error : result(chown("given", 1000, 1000));
}

static int open_tun(void) {
    return open("/dev/net/tun", O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

static int mount_overlay_of_others(void) {
    int error = own_mounts();
    return error != 0 ? error : mkdir("i", 0700) != 0 ? errno : probe_users("i");
}

static const struct {
    const char *name;
    int (*attempt)(void);
} attempts[] = {
    {"mount-namespace", unshare_mounts}, {"pid-namespace", unshare_processes},   {"ipc-namespace", unshare_messages},
    {"uts-namespace", unshare_names},    {"net-namespace", unshare_network},     {"cgroup-namespace", unshare_cgroups},
    {"proc", mount_proc},                {"overlay", mount_overlay_of_root},     {"overlay-userxattr", mount_overlay_of_user},
    {"overlay-idmapped", mount_overlay_of_others}, {"whiteout", make_whiteout},         {"device", make_device},                {"chown", give_away},
    {"chroot", change_root},             {"tun", open_tun},
};

int probe(const char *directory) {
    if (chdir(directory) != 0) {
        fail("chdir", directory);
    }
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        /* Before the fork, or the child prints it again. */
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            _exit(attempts[i].attempt());
        }
        int error = end_of(child);
        printf("%s %d %s\n", attempts[i].name, error, strerror(error));
    }
    return 0;
}
