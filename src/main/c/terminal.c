#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"

static volatile sig_atomic_t resized = 1;

static void on_resize(int signal) {
    (void)signal;
    resized = 1;
}

static void copy_size(int master) {
    struct winsize size;
    resized = 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        ioctl(master, TIOCSWINSZ, &size);
    }
}

int open_terminal(int pts, char path[32]) {
    int unlocked = 0;
    int number;
    int master = openat(pts, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) != 0 || ioctl(master, TIOCGPTN, &number) != 0) {
        fail("open terminal", "/dev/pts/ptmx");
    }
    /* Before the command can ask for it. */
    copy_size(master);
    snprintf(path, 32, "/dev/pts/%d", number);
    return master;
}

void take_terminal(int master, uid_t uid) {
    char path[32];
    int number;
    if (ioctl(master, TIOCGPTN, &number) != 0) {
        fail("ioctl", "TIOCGPTN");
    }
    snprintf(path, sizeof path, "/dev/pts/%d", number);
    int slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) != 0 || fchown(slave, uid, (gid_t)-1) != 0) {
        fail("open terminal", path);
    }
    for (int fd = 0; fd < 3; fd++) {
        if (dup2(slave, fd) < 0) {
            fail("dup2", path);
        }
    }
    close(slave);
    close(master);
}

union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

void send_descriptor(int socket, int fd) {
    union control control = {0};
    char byte = 0;
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(socket, &message, MSG_NOSIGNAL) != 1) {
        fail("sendmsg", "terminal");
    }
}

int receive_descriptor(int socket) {
    union control control;
    char byte;
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do {
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    struct cmsghdr *header = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    int fd = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    }
    return fd;
}

/* Passes on what can be read; false at the end. */
static bool pass(int from, int to) {
    char bytes[16384];
    ssize_t got = read(from, bytes, sizeof bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    if (got <= 0) {
        return false;
    }
    for (ssize_t done = 0; done < got;) {
        ssize_t written = write(to, bytes + done, (size_t)(got - done));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        done += written;
    }
    return true;
}

static void end_of_input(int master) {
    struct termios settings;
    char end = 4;
    if (tcgetattr(master, &settings) == 0) {
        end = (char)settings.c_cc[VEOF];
    }
    if (write(master, &end, 1) != 1) {
        return;
    }
}

static void pass_all(int master, int child, int input) {
    struct pollfd wait[3] = {{.fd = master, .events = POLLIN}, {.fd = input ? STDIN_FILENO : -1, .events = POLLIN},
                             {.fd = child, .events = POLLIN}};
    bool open = true;
    while (open) {
        if (resized) {
            copy_size(master);
        }
        /* Once the child has ended only what is left of its output matters. */
        if (poll(wait, 3, wait[2].fd < 0 ? 0 : -1) == 0) {
            return;
        }
        if (wait[0].revents != 0) {
            open = pass(master, STDOUT_FILENO);
        }
        if (wait[1].revents != 0 && !pass(STDIN_FILENO, master)) {
            end_of_input(master);
            wait[1].fd = -1;
        }
        if (wait[2].revents != 0) {
            wait[2].fd = -1;
            wait[1].fd = -1;
        }
        for (int i = 0; i < 3; i++) {
            wait[i].revents = 0;
        }
    }
}

void serve_terminal(int master, int child, int input) {
    struct termios before;
    struct sigaction action = {.sa_handler = on_resize};
    bool raw = input && tcgetattr(STDIN_FILENO, &before) == 0;
    sigaction(SIGWINCH, &action, NULL);
    if (raw) {
        struct termios settings = before;
        cfmakeraw(&settings);
        tcsetattr(STDIN_FILENO, TCSANOW, &settings);
    }
    pass_all(master, child, input);
    if (raw) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    }
}
