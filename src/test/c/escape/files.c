/* By what /proc, /sys and /dev show, and by descriptors. */
#include "attempts.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <linux/fs.h>
#include <unistd.h>

static int sysrq_trigger(void) {
    int file = open("/proc/sysrq-trigger", O_WRONLY);
    return file < 0 ? errno : result(write(file, "h", 1));
}

static int sysrq_switch(void) {
    return rewrite("/proc/sys/kernel/sysrq");
}

static int core_pattern(void) {
    return rewrite("/proc/sys/kernel/core_pattern");
}

static int hostname_file(void) {
    return rewrite("/proc/sys/kernel/hostname");
}

static int modprobe_path(void) {
    return rewrite("/proc/sys/kernel/modprobe");
}

static int uevent_helper(void) {
    return rewrite("/sys/kernel/uevent_helper");
}

static int panic_on_oom(void) {
    return rewrite("/proc/sys/vm/panic_on_oom");
}

static int binfmt_register(void) {
    int file = open("/proc/sys/fs/binfmt_misc/register", O_WRONLY);
    return file < 0 ? errno : unless(write(file, "x", 1), EINVAL);
}

/* Opens for writing what is meant to be written, until one can be; what is below `skip` doesn't count. */
static int open_any(const char *directory, const char *const *skip, int depth) {
    DIR *entries = opendir(directory);
    int held = ENOENT;
    if (entries == NULL) {
        return errno;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL && held != 0; entry = readdir(entries)) {
        char path[PATH_MAX];
        struct stat stat;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        bool skipped = entry->d_name[0] == '.';
        for (size_t i = 0; skip[i] != NULL; i++) {
            skipped |= strcmp(path, skip[i]) == 0;
        }
        if (skipped || lstat(path, &stat) != 0) {
            continue;
        }
        int error = ENOENT;
        if (S_ISDIR(stat.st_mode) && depth > 0) {
            error = open_any(path, skip, depth - 1);
        } else if (S_ISREG(stat.st_mode) && (stat.st_mode & 0222) != 0) {
            int file = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
            error = file < 0 ? errno : 0;
            close(file);
            if (error == 0) {
                fprintf(stderr, "%s can be opened for writing\n", path);
            }
        }
        held = error == ENOENT ? held : error;
    }
    closedir(entries);
    return held;
}

static int any_sysctl(void) {
    static const char *const none[] = {NULL};
    return open_any("/proc/sys", none, 8);
}

static int any_sysfs(void) {
    static const char *const none[] = {NULL};
    return open_any("/sys", none, 8);
}

/* Of processes there are just those of the container; pressure triggers are everybody's. */
static int any_procfs(void) {
    static const char *skip[] = {"/proc/sys", "/proc/pressure", "/proc/self", "/proc/thread-self", NULL};
    DIR *entries = opendir("/proc");
    int held = ENOENT;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char path[PATH_MAX];
        struct stat stat;
        snprintf(path, sizeof path, "/proc/%s", entry->d_name);
        if (strspn(entry->d_name, "0123456789") == strlen(entry->d_name) || entry->d_name[0] == '.' ||
            strcmp(path, skip[0]) == 0 || strcmp(path, skip[1]) == 0 || lstat(path, &stat) != 0 || S_ISLNK(stat.st_mode)) {
            continue;
        }
        int error = ENOENT;
        if (S_ISDIR(stat.st_mode)) {
            error = open_any(path, skip, 4);
        } else if (S_ISREG(stat.st_mode) && (stat.st_mode & 0222) != 0) {
            int file = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
            error = file < 0 ? errno : 0;
            close(file);
        }
        if (error == 0) {
            fprintf(stderr, "%s can be opened for writing\n", path);
            return 0;
        }
        held = error == ENOENT ? held : error;
    }
    return held;
}

/* Whether something can be read of a file that shows the kernel's secrets. */
static int show(const char *path) {
    char byte;
    int file = open(path, O_RDONLY | O_NONBLOCK);
    if (file < 0) {
        return errno;
    }
    ssize_t length = read(file, &byte, 1);
    return length < 0 ? errno : length == 0 ? ENODATA : 0;
}

static int kcore(void) {
    return show("/proc/kcore");
}

static int timer_list(void) {
    return show("/proc/timer_list");
}

static int keys(void) {
    return show("/proc/keys");
}

static int interrupts(void) {
    return show("/proc/interrupts");
}

static int kernel_messages(void) {
    return show("/proc/kmsg");
}

static int firmware(void) {
    DIR *entries = opendir("/sys/firmware");
    int count = 0;
    while (entries != NULL && readdir(entries) != NULL) {
        count++;
    }
    return entries == NULL ? errno : count > 2 ? 0 : ENODATA;
}

/* The first address that isn't zero. */
static int kernel_addresses(void) {
    FILE *symbols = fopen("/proc/kallsyms", "r");
    unsigned long address;
    char rest[512];
    for (int i = 0; symbols != NULL && i < 1000; i++) {
        if (fscanf(symbols, "%lx %511[^\n]", &address, rest) == 2 && address != 0) {
            return 0;
        }
    }
    return symbols == NULL ? errno : EPERM;
}

/* ---- devices */

static int read_device(const char *path, mode_t type, dev_t device) {
    char bytes[512];
    unlink(path);
    if (mknod(path, type | 0666, device) != 0) {
        return errno;
    }
    int file = open(path, O_RDONLY | O_NONBLOCK);
    int error = file < 0 ? errno : result(read(file, bytes, sizeof bytes));
    unlink(path);
    return error;
}

static int disk_in(const char *directory) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/escape-disk", directory);
    return read_device(path, S_IFBLK, prey.disk);
}

static int disk_in_root(void) {
    return disk_in("/");
}

static int disk_in_dev(void) {
    return disk_in("/dev");
}

static int disk_in_shm(void) {
    return disk_in("/dev/shm");
}

static int memory_device(void) {
    return read_device("/dev/escape-mem", S_IFCHR, makedev(1, 1));
}

static int port_device(void) {
    return read_device("/dev/escape-port", S_IFCHR, makedev(1, 4));
}

static int message_device(void) {
    return read_device("/dev/escape-kmsg", S_IFCHR, makedev(1, 11));
}

static int open_device(const char *path, dev_t device) {
    unlink(path);
    if (mknod(path, S_IFCHR | 0666, device) != 0) {
        return errno;
    }
    int error = result(open(path, O_RDWR | O_NONBLOCK));
    unlink(path);
    return error;
}

static int fuse_device(void) {
    return open_device("/dev/escape-fuse", makedev(10, 229));
}

static int tunnel_device(void) {
    return open_device("/dev/escape-tun", makedev(10, 200));
}

static int loop_device(void) {
    return open_device("/dev/escape-loop", makedev(10, 237));
}

static int console_device(void) {
    return open_device("/dev/escape-console", makedev(5, 1));
}

/* ---- descriptors and the machine's files */

static int leaked_descriptor(void) {
    for (int fd = 3; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0 && (flags & FD_CLOEXEC) == 0) {
            return 0;
        }
    }
    return EBADF;
}

/* From a directory that a descriptor leads to, upwards. */
static int way_up_from_descriptor(void) {
    int held = EBADF;
    for (int fd = 0; fd < 1024; fd++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "/proc/self/fd/%d/../../../../../../../../..%s", fd, prey.file);
        int error = fcntl(fd, F_GETFD) < 0 ? EBADF : read_prey(AT_FDCWD, path);
        if (error == 0) {
            return 0;
        }
        held = error == EBADF ? held : error;
    }
    return held;
}

static int root_of_any_process(void) {
    static const char *const ways[] = {"root", "cwd/../../../../../../../.."};
    DIR *processes = opendir("/proc");
    int held = ENOENT;
    for (struct dirent *entry = readdir(processes); entry != NULL; entry = readdir(processes)) {
        for (size_t i = 0; i < 2; i++) {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "/proc/%s/%s%s", entry->d_name, ways[i], prey.file);
            held = atoi(entry->d_name) > 0 && held != 0 ? read_prey(AT_FDCWD, path) : held;
        }
    }
    return held;
}

static int root_of_first_process(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/proc/1/root%s", prey.file);
    return read_prey(AT_FDCWD, path);
}

static int root_of_prey(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%d/root%s", prey.process, prey.file);
    return read_prey(AT_FDCWD, path);
}

static int memory_of_prey(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", prey.process);
    return result(open(path, O_RDWR));
}

/* By the number of the file system's root directory, as ext4 and others have it, or that of a directory that is known. */
static int open_by_handle(void) {
    struct {
        struct file_handle handle;
        unsigned char bytes[128];
    } known = {.handle = {.handle_bytes = 128}};
    struct {
        struct file_handle handle;
        unsigned inode[2];
    } root = {.handle = {.handle_bytes = 8, .handle_type = 1}, .inode = {2, 0}};
    int mount_id;
    int at = open("/etc/resolv.conf", O_RDONLY);
    at = at < 0 ? open("/", O_RDONLY) : at;
    int directory = open_by_handle_at(at, &root.handle, O_RDONLY);
    if (directory >= 0) {
        return read_prey(directory, prey.file + 1);
    }
    if (errno != ESTALE || name_to_handle_at(AT_FDCWD, "/", &known.handle, &mount_id, 0) != 0) {
        return errno;
    }
    return unless(open_by_handle_at(open("/", O_RDONLY), &known.handle, O_RDONLY), ESTALE);
}

/* Bytes that would be typed into the terminal of the caller. */
static int type_into_terminal(void) {
    int held = ENOTTY;
    int terminal = open("/dev/tty", O_RDWR);
    held = terminal < 0 ? errno : held;
    for (int fd = 0; fd < 4; fd++) {
        int at = fd < 3 ? fd : terminal;
        int group;
        if (at >= 0 && ioctl(at, TIOCGPGRP, &group) == 0) {
            return 0;
        }
    }
    return held;
}

static int immutable_file(void) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/immutable", spot());
    int file = open(path, O_RDWR | O_CREAT, 0600);
    int flags = 0;
    int error = result(ioctl(file, FS_IOC_GETFLAGS, &flags));
    flags |= FS_IMMUTABLE_FL;
    error = error != 0 ? error : result(ioctl(file, FS_IOC_SETFLAGS, &flags));
    flags &= ~FS_IMMUTABLE_FL;
    ioctl(file, FS_IOC_SETFLAGS, &flags);
    unlink(path);
    return error;
}

/* By which overlayfs would show a directory of elsewhere. */
static int overlay_attribute(void) {
    return result(setxattr(spot(), "trusted.overlay.redirect", "/etc", 4, 0));
}

const struct attempt file_attempts[] = {{"sysrq-trigger", sysrq_trigger, CHROOT, 0},
                                        {"sysrq-switch", sysrq_switch, CHROOT, 0},
                                        {"core-pattern", core_pattern, CHROOT, 0},
                                        {"hostname-file", hostname_file, CHROOT, 0},
                                        {"modprobe-path", modprobe_path, CHROOT, 0},
                                        {"uevent-helper", uevent_helper, CHROOT, 0},
                                        {"panic-on-oom", panic_on_oom, CHROOT, 0},
                                        {"binfmt-register", binfmt_register, CHROOT, 0},
                                        {"any-sysctl", any_sysctl, CHROOT, 0},
                                        {"any-file-of-sys", any_sysfs, CHROOT, 0},
                                        {"any-file-of-proc", any_procfs, CHROOT, 0},
                                        {"kcore", kcore, CHROOT, 0},
                                        {"timer-list", timer_list, CHROOT, 0},
                                        {"keys-file", keys, CHROOT, 0},
                                        {"interrupts-file", interrupts, CHROOT, 0},
                                        {"kmsg-file", kernel_messages, CHROOT, 0},
                                        {"sys-firmware", firmware, CHROOT, 0},
                                        {"kernel-addresses", kernel_addresses, CHROOT, 0},
                                        {"mknod-disk-in-root", disk_in_root, CHROOT, 0},
                                        {"mknod-disk-in-dev", disk_in_dev, CHROOT, 0},
                                        {"mknod-disk-in-shm", disk_in_shm, CHROOT, 0},
                                        {"mknod-mem", memory_device, CHROOT, 0},
                                        {"mknod-port", port_device, CHROOT, 0},
                                        {"mknod-kmsg", message_device, CHROOT, 0},
                                        {"mknod-fuse", fuse_device, CHROOT, 0},
                                        {"mknod-tun", tunnel_device, CHROOT, 0},
                                        {"mknod-loop-control", loop_device, CHROOT, 0},
                                        {"mknod-console", console_device, CHROOT, 0},
                                        {"leaked-descriptor", leaked_descriptor, CHROOT, 0},
                                        {"up-from-descriptor", way_up_from_descriptor, CHROOT, 0},
                                        {"root-of-process-1", root_of_first_process, CHROOT, 0},
                                        {"root-of-host-process", root_of_prey, CHROOT, 0},
                                        {"root-of-any-process", root_of_any_process, CHROOT, 0},
                                        {"memory-of-host-process", memory_of_prey, CHROOT, 0},
                                        {"open-by-handle", open_by_handle, CHROOT, 0},
                                        {"terminal-of-caller", type_into_terminal, CHROOT, 0},
                                        {"immutable-file", immutable_file, CHROOT, 0},
                                        {"overlay-attribute", overlay_attribute, CHROOT, 0},
                                        {NULL, NULL, CHROOT, 0}};
