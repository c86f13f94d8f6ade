#include "attempts.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/loop.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 10

struct prey prey;

static const struct attempt *const all[] = {file_attempts,    kernel_attempts,  mount_attempts,
                                            network_attempts, process_attempts, privilege_attempts};

int read_prey(int directory, const char *path) {
    char text[256] = "";
    int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    int error = errno;
    close(file);
    if (length < 0) {
        return error;
    }
    return strncmp(text, prey.text, strlen(prey.text)) == 0 ? 0 : ENOENT;
}

int rewrite(const char *path) {
    char text[4096];
    int reading = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = reading < 0 ? -1 : read(reading, text, sizeof text);
    close(reading);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    int outcome = length <= 0 ? 0 : result(write(file, text, (size_t)length));
    close(file);
    return outcome;
}

const char *spot(void) {
    static char path[] = "/tmp/escape-XXXXXX";
    static bool made;
    if (!made && mkdtemp(path) == NULL) {
        perror(path);
        exit(2);
    }
    made = true;
    return path;
}

static unsigned long number_of(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? 0 : strtoul(value, NULL, 0);
}

static const char *text_of(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "?" : value;
}

static void find_prey(void) {
    prey = (struct prey){.file = text_of("PREY_FILE"),
                         .text = text_of("PREY_TEXT"),
                         .socket = text_of("PREY_SOCKET"),
                         .queue = text_of("PREY_QUEUE"),
                         .process = (pid_t)number_of("PREY_PROCESS"),
                         .memory = (int)number_of("PREY_MEMORY"),
                         .key = (int)number_of("PREY_KEY"),
                         .port = (int)number_of("PREY_PORT"),
                         .disk = (unsigned)number_of("PREY_DISK")};
}

static bool has(int capability) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    syscall(SYS_capget, &header, data);
    return (data[capability / 32].effective >> capability % 32 & 1) != 0;
}

/* Each in a process of its own, which may end in any way; without a sandbox, with mounts of its own. */
static int outcome_of(const struct attempt *attempt, bool apart) {
    int talk[2];
    int outcome = 0;
    if (pipe2(talk, O_CLOEXEC) != 0) {
        exit(2);
    }
    pid_t pid = fork();
    if (pid == 0) {
        alarm(PATIENCE);
        if (apart && unshare(CLONE_NEWNS) != 0) {
            _exit(2);
        }
        outcome = attempt->make();
        _exit(write(talk[1], &outcome, sizeof outcome) == sizeof outcome ? 0 : 1);
    }
    close(talk[1]);
    ssize_t length = read(talk[0], &outcome, sizeof outcome);
    close(talk[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    if (length == sizeof outcome) {
        return outcome;
    }
    /* What a process dies of that calls as programs of 32 bits do, where there are none. */
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV ? ENOSYS : -1;
}

static void print(const char *name, int outcome) {
    if (outcome < 0) {
        printf("%s DIED 0 without an answer\n", name);
    } else if (outcome == 0) {
        printf("%s ESCAPED 0 -\n", name);
    } else {
        printf("%s held %d %s\n", name, outcome, strerror(outcome));
    }
    fflush(stdout);
}

static void try_all(const char *control) {
    for (size_t group = 0; group < sizeof all / sizeof *all; group++) {
        for (const struct attempt *attempt = all[group]; attempt->name != NULL; attempt++) {
            bool other = control != NULL && strcmp(control, attempt->control == CHROOT ? "chroot" : "plain") != 0;
            if (other) {
                continue;
            }
            if (control != NULL && attempt->capability != 0 && !has(attempt->capability)) {
                printf("%s unable %d even root lacks the privilege here\n", attempt->name, attempt->capability);
                continue;
            }
            print(attempt->name, outcome_of(attempt, control != NULL));
        }
    }
}

/* ---- what is to be reached */

static int listen_on(int family, const struct sockaddr *address, socklen_t length) {
    int server = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || bind(server, address, length) != 0 || listen(server, 100) != 0) {
        perror("listen");
        exit(2);
    }
    return server;
}

/* A disk that holds the text; where no file can be one, that of the root file system, which then mustn't be read either. */
static unsigned long disk_of(const char *path) {
    struct stat root;
    char name[32];
    stat("/", &root);
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    int number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
    dev_t device = makedev(7, (unsigned)number);
    snprintf(name, sizeof name, "%s/loop", spot());
    if (number < 0 || mknod(name, S_IFBLK | 0600, device) != 0) {
        return root.st_dev;
    }
    int disk = open(name, O_RDWR | O_CLOEXEC); /* kept open: it is gone with this process */
    unlink(name);
    struct loop_config config = {.fd = (unsigned)open(path, O_RDWR | O_CLOEXEC), .info.lo_flags = LO_FLAGS_AUTOCLEAR};
    return ioctl(disk, LOOP_CONFIGURE, &config) == 0 ? device : root.st_dev;
}

/* Is reached until its standard input ends. */
static int be_prey(const char *disk) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "jbuild-escape-%d", getpid());
    listen_on(AF_UNIX, (struct sockaddr *)&name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int server = listen_on(AF_INET, (struct sockaddr *)&address, size);
    getsockname(server, (struct sockaddr *)&address, &size);
    char queue[64];
    snprintf(queue, sizeof queue, "/jbuild-escape-%d", getpid());
    mqd_t messages = mq_open(queue, O_CREAT | O_RDWR, 0666, NULL);
    int memory = shmget(getpid(), 4096, IPC_CREAT | 0666);
    long key = syscall(SYS_add_key, "user", queue, "secret", 6UL, -4);
    printf("PREY_PROCESS=%d\nPREY_SOCKET=%s\nPREY_PORT=%d\nPREY_QUEUE=%s\nPREY_MEMORY=%d\nPREY_KEY=%ld\nPREY_DISK=%lu\n\n",
           getpid(), name.sun_path + 1, ntohs(address.sin_port), queue, getpid(), key, disk_of(disk));
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) > 0) {
    }
    shmctl(memory, IPC_RMID, NULL);
    syscall(SYS_keyctl, 21 /* KEYCTL_INVALIDATE */, key);
    mq_close(messages);
    mq_unlink(queue);
    rmdir(spot());
    return 0;
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    find_prey();
    if (count == 3 && strcmp(arguments[1], "prey") == 0) {
        return be_prey(arguments[2]);
    }
    if (count == 3 && strcmp(arguments[1], "has") == 0) {
        return has(atoi(arguments[2])) ? 0 : 1;
    }
    if (count == 2 && strcmp(arguments[1], "identity") == 0) {
        printf("%d %d\n", getuid(), geteuid());
        return 0;
    }
    try_all(count == 3 && strcmp(arguments[1], "control") == 0 ? arguments[2] : NULL);
    if (count == 1) {
        rmdir(spot());
    }
    return 0;
}
